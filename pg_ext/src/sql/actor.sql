SELECT {columns}
FROM convene.users
WHERE id = $1
