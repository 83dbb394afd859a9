-- $1 organization, $2 team, $3 a user: a row if they own it.
SELECT FROM convene.team_members WHERE org_id = $1 AND team_id = $2 AND user_id = $3 AND role = 'owner'
