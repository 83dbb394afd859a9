-- $1 organization, $2 booking; $3 the purposes and $4 when tokens of each expire now.
UPDATE convene.booking_action_tokens t
SET expires_at = now.expires_at
FROM unnest($3, $4) AS now (purpose, expires_at)
WHERE t.org_id = $1 AND t.booking_id = $2 AND t.purpose = now.purpose AND t.replaced_at IS NULL
