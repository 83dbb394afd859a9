INSERT INTO convene.reputation_penalties (org_id, id, user_id, booking_id, kind, amount, created_at, expires_at)
VALUES ($1, $2, $3, $4, 'late_cancellation', $5, $6, $7)
