-- $1 organization, $2 event type: the zone of its host's hours; of a team's, the organization's.
SELECT coalesce(s.time_zone, org.time_zone)::text AS time_zone, now() AS now
FROM convene.event_types t
JOIN convene.organizations org ON org.id = t.org_id
LEFT JOIN convene.schedules s ON s.org_id = t.org_id AND s.user_id = t.host_id
    AND CASE WHEN t.schedule_id IS NULL THEN s.is_default ELSE s.id = t.schedule_id END
WHERE t.org_id = $1 AND t.id = $2
