DELETE FROM convene.travel_dates
WHERE org_id = $1 AND user_id = $2
