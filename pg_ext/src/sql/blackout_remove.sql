DELETE FROM convene.blackout_dates
WHERE org_id = $1 AND mentor_id = $2 AND day = $3
RETURNING id
