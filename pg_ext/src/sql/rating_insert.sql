WITH rating AS (
    INSERT INTO convene.ratings (org_id, id, booking_id, rater_id, ratee_id, rating, comment, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)
INSERT INTO convene.booking_events (org_id, booking_id, actor_id, event, from_status, to_status, facts, occurred_at)
VALUES ($1, $3, $4, 'rated', 'completed', 'completed', $9, $8)
