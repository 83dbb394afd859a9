INSERT INTO convene.ratings (org_id, id, booking_id, rater_id, ratee_id, rating, comment, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
