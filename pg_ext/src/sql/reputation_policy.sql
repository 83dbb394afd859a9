SELECT {columns}
FROM convene.organizations
WHERE id = $1
