-- $1 who acts, $2 team, $3 who leaves it: they themselves may, too.
SELECT convene.lock_team($1, $2, $3)
