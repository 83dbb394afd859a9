-- The phone of the user $2 as the record $3 has it: $5, in base64, sealed with the key $4; none where they are NULL.
WITH gone AS (
    DELETE FROM convene.user_phones p WHERE p.org_id = $1 AND p.user_id = $2 AND $5 IS NULL
)
INSERT INTO convene.user_phones (org_id, id, user_id, record_id, key_id, phone)
SELECT $1, convene.new_id($1), $2, $3, $4, decode($5, 'base64')
WHERE $5 IS NOT NULL
ON CONFLICT (org_id, user_id) DO UPDATE
SET record_id = EXCLUDED.record_id, key_id = EXCLUDED.key_id, phone = EXCLUDED.phone
RETURNING 1
