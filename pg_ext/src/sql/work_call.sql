SELECT FROM pg_notify('convene_work', $1)
