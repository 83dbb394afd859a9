DELETE FROM convene.team_members WHERE org_id = $1 AND team_id = $2 AND user_id = $3
