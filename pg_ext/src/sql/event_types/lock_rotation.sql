-- $1 organization, $2 a team's event type: whoever assigns a meeting of it next waits.
SELECT FROM convene.team_event_types WHERE org_id = $1 AND event_type_id = $2 FOR NO KEY UPDATE
