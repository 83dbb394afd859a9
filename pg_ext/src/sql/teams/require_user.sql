SELECT convene.require_user($1, $2)
