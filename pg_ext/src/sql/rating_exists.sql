SELECT id
FROM convene.ratings
WHERE org_id = $1 AND booking_id = $2 AND rater_id = $3
