-- $1 organization, $2 booking, $3 whose, NULL for that of a hold: their tokens stop working.
UPDATE convene.booking_action_tokens
SET replaced_at = clock_timestamp()
WHERE org_id = $1 AND booking_id = $2 AND guest_id IS NOT DISTINCT FROM $3 AND replaced_at IS NULL
