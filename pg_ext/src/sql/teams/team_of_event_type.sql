-- $1 organization, $2 a team's event type, $3 who acts, $4 whether they are staff: the team, where they may know it.
SELECT e.team_id AS id
FROM convene.event_types e
JOIN convene.teams t ON t.org_id = e.org_id AND t.id = e.team_id AND t.deleted_at IS NULL
WHERE e.org_id = $1 AND e.id = $2 AND e.deleted_at IS NULL
  AND ($4 OR EXISTS (
      SELECT FROM convene.team_members m WHERE m.org_id = e.org_id AND m.team_id = e.team_id AND m.user_id = $3
  ))
