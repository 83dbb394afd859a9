-- When the hosts of the event type with that short name are busy or booked in the next 30 days, and nothing else.
SELECT person.id, lower(taken.span), upper(taken.span)
FROM (
    SELECT host_id AS id FROM convene.event_types WHERE slug = $1::text::convene.citext AND host_id IS NOT NULL
    UNION ALL
    SELECT m.user_id FROM convene.team_event_type_members m JOIN convene.event_types t ON t.id = m.event_type_id WHERE t.slug = $1::text::convene.citext
) AS person
CROSS JOIN LATERAL (
    SELECT w.busy AS span FROM convene.calendar_busy_windows w
    WHERE w.org_id = 1 AND w.user_id = person.id AND w.busy && tstzrange(now(), now() + interval '30 days')
    UNION ALL
    SELECT p.blocked FROM convene.booking_participants p
    WHERE p.org_id = 1 AND p.user_id = person.id AND p.active AND p.blocked && tstzrange(now(), now() + interval '30 days')
    OFFSET 0
) AS taken
