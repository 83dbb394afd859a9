CREATE OR REPLACE FUNCTION convene.get_user(p_user_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, org_slug text, email text, name text, role text, title text, company text, bio text, slug text, time_zone text,
    is_active boolean, reputation_score double precision, reputation_tier text, joined_at timestamptz,
    last_activity_at timestamptz, is_dormant boolean, suspension_reason text, suspended_until timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor    record;
    is_known boolean;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    is_known := actor.is_staff OR p_user_id = actor.id
        OR EXISTS (
            SELECT FROM convene.booking_participants own
            JOIN convene.booking_participants theirs
                ON theirs.org_id = own.org_id AND theirs.booking_id = own.booking_id
            WHERE own.org_id = actor.org_id AND own.user_id = actor.id AND own.status <> 'left'
              AND theirs.user_id = p_user_id AND theirs.status <> 'left'
              -- Attendees of one meeting need not know one another.
              AND theirs.role <> own.role
        );
    RETURN QUERY
    SELECT
        u.id, o.slug::text, CASE WHEN is_known THEN u.email::text END, u.name, u.role, u.title, u.company, u.bio,
        u.slug::text, u.time_zone::text, convene.is_active_now(u), u.reputation_score, u.reputation_tier, u.joined_at,
        u.last_activity_at, u.dormant_since IS NOT NULL,
        CASE WHEN actor.is_staff AND NOT convene.is_active_now(u) THEN u.suspension_reason END,
        CASE WHEN actor.is_staff AND NOT convene.is_active_now(u) THEN u.suspended_until END
    FROM convene.users u
    JOIN convene.organizations o ON o.id = u.org_id
    WHERE u.org_id = actor.org_id AND u.id = p_user_id AND u.deleted_at IS NULL
      AND (is_known OR (u.role = 'mentor' AND convene.is_active_now(u)));
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.get_user(uuid, uuid) IS
'One user of the actor''s organization. Everybody sees the active mentors; a mentee is seen by themselves and by
mentors they ever booked; coordinators and admins see everyone.
Arguments: p_user_id, whom; p_actor_id, who looks.
Returns: one row. The email address is NULL for those who never had a booking with the user, staff excepted.
suspension_reason and suspended_until are for staff, while the user is suspended.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND (unknown, removed, or not theirs to see), USER_INACTIVE (the actor).';
