CREATE OR REPLACE FUNCTION convene.list_mentors(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_after_name text DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL,
    p_tier       text DEFAULT NULL
) RETURNS TABLE (
    id uuid, name text, title text, company text, bio text, time_zone text,
    reputation_score double precision, reputation_tier text, is_dormant boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_one_of(p_tier, ARRAY['bronze', 'silver', 'gold', 'platinum'], 'p_tier');
    PERFORM convene.require_cursor(
        p_after_name IS NOT NULL, p_after_id IS NOT NULL, 'p_after_name', 'p_after_id'
    );
    RETURN QUERY
    SELECT
        u.id, u.name, u.title, u.company, u.bio, u.time_zone::text,
        u.reputation_score, u.reputation_tier, u.dormant_since IS NOT NULL
    FROM convene.users u
    WHERE u.org_id = actor.org_id AND u.role = 'mentor' AND u.deleted_at IS NULL AND u.is_active
      AND (u.name, u.id) > (coalesce(p_after_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
      AND (p_tier IS NULL OR u.reputation_tier = p_tier)
    ORDER BY u.name, u.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_mentors(uuid, integer, text, uuid, text) IS
'The active mentors of the actor''s organization, by name.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_after_name and p_after_id, the last row of the page before;
p_tier, only mentors of that tier.
Returns: what everybody in the organization may know of a mentor; is_dormant after a long time without activity.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';
