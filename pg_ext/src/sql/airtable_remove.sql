-- The users $2 are gone from Airtable, and the bookings $3 were canceled because of that: their ways in end, what they
-- offer is switched off, and the coordinators of those with bookings are told.
WITH removed AS (
    UPDATE convene.users u
    SET deleted_at = clock_timestamp(), is_active = false, updated_at = clock_timestamp()
    WHERE u.org_id = $1 AND u.id = ANY ($2)
    RETURNING u.org_id, u.id, u.name
), links AS (
    DELETE FROM convene.magic_links l USING removed r WHERE l.org_id = r.org_id AND l.user_id = r.id
), sessions AS (
    DELETE FROM convene.sessions s USING removed r WHERE s.org_id = r.org_id AND s.user_id = r.id
), keys AS (
    DELETE FROM convene.api_keys k USING removed r WHERE k.org_id = r.org_id AND k.user_id = r.id
), blocks AS (
    UPDATE convene.availability_blocks a
    SET is_active = false, updated_at = clock_timestamp()
    FROM removed r
    WHERE a.org_id = r.org_id AND a.mentor_id = r.id AND a.is_active
)
INSERT INTO convene.notification_log (org_id, id, user_id, kind, facts)
SELECT
    r.org_id, convene.new_id(r.org_id), c.id, 'user_removed',
    jsonb_build_object('user_id', r.id, 'meetings_canceled', lost.count)
FROM removed r
CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM convene.booking_participants p
    WHERE p.org_id = r.org_id AND p.booking_id = ANY ($3) AND p.user_id = r.id AND p.status <> 'left'
) lost
JOIN convene.users c
    ON c.org_id = r.org_id AND c.role = 'coordinator' AND convene.is_active_now(c) AND c.id <> ALL ($2)
WHERE lost.count > 0
RETURNING 1
