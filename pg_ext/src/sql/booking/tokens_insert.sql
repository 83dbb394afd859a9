-- $1 organization, $2 booking, $3 whose, NULL for that of a hold; of each token $4 the purpose, $5 the hash in hexadecimal,
-- $6 when it expires. A request that is sent once more, after its answer was forgotten, makes the same tokens: they then go to
-- the newer booking.
INSERT INTO convene.booking_action_tokens (org_id, token_hash, booking_id, guest_id, purpose, expires_at)
SELECT $1, decode(new.hash, 'hex'), $2, $3, new.purpose, new.expires_at
FROM unnest($4, $5, $6) AS new (purpose, hash, expires_at)
ON CONFLICT (token_hash) DO UPDATE
SET org_id = EXCLUDED.org_id, booking_id = EXCLUDED.booking_id, guest_id = EXCLUDED.guest_id, purpose = EXCLUDED.purpose,
    expires_at = EXCLUDED.expires_at, created_at = clock_timestamp(), replaced_at = NULL
