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
INSERT INTO convene.notification_log (org_id, user_id, type, title, message, metadata)
SELECT
    r.org_id, c.id, 'user_removed', 'Somebody is no longer in Airtable',
    r.name || ' is no longer in Airtable and was removed. '
        || CASE lost.count WHEN 1 THEN 'A meeting was' ELSE lost.count || ' meetings were' END
        || ' canceled, and the other participants are told.',
    jsonb_build_object('user_id', r.id)
FROM removed r
CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM convene.bookings b
    WHERE b.org_id = r.org_id AND b.id = ANY ($3) AND r.id IN (b.mentor_id, b.mentee_id)
) lost
JOIN convene.users c
    ON c.org_id = r.org_id AND c.role = 'coordinator' AND c.deleted_at IS NULL AND c.is_active AND c.id <> ALL ($2)
WHERE lost.count > 0
RETURNING 1
