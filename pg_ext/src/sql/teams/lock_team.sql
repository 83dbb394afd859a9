SELECT convene.lock_team($1, $2)
