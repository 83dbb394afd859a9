-- $1 somebody who may manage it, $2 a team.
SELECT convene.lock_team($1, $2)
