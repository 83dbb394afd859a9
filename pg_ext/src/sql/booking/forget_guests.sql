SELECT convene.forget_guest_details($1, $2)
