-- $1 SHA-256 of a token, $2 what it is to be good for. It says which organization it is.
SELECT {columns}
FROM convene.booking_action_tokens t
WHERE t.token_hash = $1 AND t.purpose = $2
