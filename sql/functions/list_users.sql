CREATE OR REPLACE FUNCTION convene.list_users(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_after_name text DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL,
    p_role       text DEFAULT NULL,
    p_tier       text DEFAULT NULL,
    p_active     boolean DEFAULT NULL,
    p_dormant    boolean DEFAULT NULL,
    p_q          text DEFAULT NULL
) RETURNS TABLE (
    id uuid, org_slug text, email text, name text, role text, title text, company text, bio text, slug text, time_zone text,
    is_active boolean, reputation_score double precision, reputation_tier text, joined_at timestamptz,
    last_activity_at timestamptz, is_dormant boolean, suspension_reason text, suspended_until timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_staff(p_actor_id, 'list users');
    needle  text := lower(p_q);
BEGIN
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_one_of(p_role, ARRAY['mentee', 'mentor', 'coordinator', 'admin'], 'p_role');
    PERFORM convene.require_one_of(p_tier, ARRAY['bronze', 'silver', 'gold', 'platinum'], 'p_tier');
    PERFORM convene.require_cursor(
        p_after_name IS NOT NULL, p_after_id IS NOT NULL, 'p_after_name', 'p_after_id'
    );
    IF char_length(p_q) NOT BETWEEN 1 AND 200 OR p_q ~ '[[:cntrl:]]' THEN
        PERFORM convene.refuse_argument('p_q', 'must be 1 to 200 characters, and none that control');
    END IF;
    RETURN QUERY
    SELECT
        u.id, o.slug::text, u.email::text, u.name, u.role, u.title, u.company, u.bio, u.slug::text, u.time_zone::text,
        convene.is_active_now(u), u.reputation_score, u.reputation_tier, u.joined_at, u.last_activity_at,
        u.dormant_since IS NOT NULL, CASE WHEN NOT convene.is_active_now(u) THEN u.suspension_reason END,
        CASE WHEN NOT convene.is_active_now(u) THEN u.suspended_until END
    FROM convene.users u
    JOIN convene.organizations o ON o.id = u.org_id
    WHERE u.org_id = own_org AND u.deleted_at IS NULL
      AND (u.name, u.id) > (coalesce(p_after_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      AND (p_role IS NULL OR u.role = p_role)
      AND (p_tier IS NULL OR u.reputation_tier = p_tier)
      AND (p_active IS NULL OR convene.is_active_now(u) = p_active)
      AND (p_dormant IS NULL OR (u.dormant_since IS NOT NULL) = p_dormant)
      -- The text cannot reach from one column into the next: it has no line ends.
      AND (needle IS NULL OR strpos(lower(concat_ws(E'\n', u.name, u.email, u.title, u.company)), needle) > 0)
    ORDER BY u.name, u.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_users(uuid, integer, text, uuid, text, text, boolean, boolean, text) IS
'The users of the organization by name, those switched off included, for coordinators and admins.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_after_name and p_after_id, the last row of the page before;
p_role, p_tier, p_active and p_dormant, only those; p_q, only those with this text, whatever its case, in name, address,
title or company.
Returns: users as get_user does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
