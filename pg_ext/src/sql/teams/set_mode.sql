-- $1 organization, $2 event type, $3 team, $4 mode. The row is locked: no meeting is assigned meanwhile.
INSERT INTO convene.team_event_types (org_id, event_type_id, team_id, mode)
VALUES ($1, $2, $3, $4)
ON CONFLICT (org_id, event_type_id) DO UPDATE SET mode = excluded.mode
