SELECT FROM convene.remove_work('writebacks', $1, $2)
