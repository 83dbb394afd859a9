SELECT convene.require_owner($1, $2)
