-- Ratings as they are read. Who wrote which is for the two and for staff; everybody sees what a mentor got.

CREATE OR REPLACE FUNCTION convene.list_ratings(
    p_actor_id   uuid,
    p_user_id    uuid,
    p_side       text,
    p_limit      integer DEFAULT 50,
    p_after_time timestamptz DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, booking_id uuid, rater_id uuid, rater_name text, ratee_id uuid, ratee_name text, rating integer, comment text,
    created_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    actor     record;
    whose     record;
    sees_all  boolean;
    before    timestamptz := coalesce(p_after_time, 'infinity');
    before_id uuid := coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_cursor(p_after_time IS NOT NULL, p_after_id IS NOT NULL, 'p_after_time', 'p_after_id');
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_side, 'p_side');
    PERFORM convene.require_one_of(p_side, ARRAY['received', 'given'], 'p_side');
    SELECT u.id, u.role INTO whose
    FROM convene.users u
    WHERE u.org_id = actor.org_id AND u.id = p_user_id AND u.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    sees_all := actor.is_staff OR actor.id = whose.id;
    IF NOT sees_all AND (p_side = 'given' OR whose.role <> 'mentor') THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', jsonb_build_object('action', 'read these ratings'));
    END IF;
    RETURN QUERY
    SELECT
        r.id,
        CASE WHEN sees_all THEN r.booking_id END,
        CASE WHEN sees_all THEN r.rater_id END,
        CASE WHEN sees_all THEN rater.name END,
        r.ratee_id, ratee.name, r.rating::integer,
        CASE WHEN sees_all THEN r.comment END,
        r.created_at
    FROM convene.ratings r
    JOIN convene.users rater ON rater.org_id = r.org_id AND rater.id = r.rater_id
    JOIN convene.users ratee ON ratee.org_id = r.org_id AND ratee.id = r.ratee_id
    WHERE r.org_id = actor.org_id
      AND (p_side = 'given' OR r.ratee_id = p_user_id) AND (p_side = 'received' OR r.rater_id = p_user_id)
      AND r.created_at <= before AND (r.created_at, r.id) < (before, before_id)
    ORDER BY r.created_at DESC, r.id DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_ratings(uuid, uuid, text, integer, timestamptz, uuid) IS
'Ratings that somebody got or gave, newest first. The two and staff see everything; of a mentor everybody sees the ratings,
and not who gave them, for which booking and with which comment.
Arguments: p_actor_id, who looks; p_user_id, whose; p_side, received or given; p_limit, 1 to 200; p_after_time and p_after_id, created_at and id of the last row of the page before.
Returns: the ratings.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.mentor_rating(p_actor_id uuid, p_mentor_id uuid)
RETURNS TABLE (average double precision, count bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_mentor_id, 'p_mentor_id');
    IF NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.id = p_mentor_id AND u.role = 'mentor' AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('MENTOR_NOT_FOUND', jsonb_build_object('mentor_id', p_mentor_id));
    END IF;
    RETURN QUERY
    SELECT round(avg(r.rating), 2)::double precision, count(*)
    FROM convene.ratings r
    WHERE r.org_id = actor.org_id AND r.ratee_id = p_mentor_id;
END
$$;
COMMENT ON FUNCTION convene.mentor_rating(uuid, uuid) IS
'How a mentor was rated on average.
Arguments: p_actor_id, who looks; p_mentor_id.
Returns: one row: the average, rounded to hundredths, NULL without ratings; how many there are.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND.';
