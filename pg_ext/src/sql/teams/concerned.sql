-- $1 organization, $2 bookings, $3 event types of teams: who takes part in them, and who may host them.
SELECT p.user_id AS id
FROM convene.booking_participants p
WHERE p.org_id = $1 AND p.booking_id = ANY ($2) AND p.user_id IS NOT NULL AND p.status <> 'left'
UNION
SELECT m.user_id
FROM convene.team_event_type_members m
WHERE m.org_id = $1 AND m.event_type_id = ANY ($3)
