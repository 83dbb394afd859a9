-- $1 organization, $2 event type, $3 the member who is assigned, $4 when.
UPDATE convene.team_event_type_members
SET turns = turns + 1, last_assigned_at = $4
WHERE org_id = $1 AND event_type_id = $2 AND user_id = $3
