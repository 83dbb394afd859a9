SELECT {columns}
FROM convene.tier_override_requests
WHERE org_id = $1 AND id = $2
FOR NO KEY UPDATE
