SELECT convene.forget_person($1, $2)
