SELECT count(*) AS days
FROM convene.blackout_dates
WHERE org_id = $1 AND mentor_id = $2
