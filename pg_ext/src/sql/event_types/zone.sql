-- $1 organization, $2 event type: the zone in which its meetings come back: of the host's schedule, else the organization's.
SELECT coalesce(
    (
        SELECT s.time_zone::text FROM convene.schedules s
        WHERE s.org_id = t.org_id AND s.user_id = t.host_id AND (s.id = t.schedule_id OR t.schedule_id IS NULL AND s.is_default)
    ),
    org.time_zone::text
) AS time_zone, now() AS now
FROM convene.event_types t
JOIN convene.organizations org ON org.id = t.org_id
WHERE t.org_id = $1 AND t.id = $2
