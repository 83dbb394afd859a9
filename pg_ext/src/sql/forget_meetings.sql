SELECT convene.forget_meetings($1, $2, $3) AS is_done
