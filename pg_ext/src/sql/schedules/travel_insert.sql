-- $3: a list of objects with the columns' names.
INSERT INTO convene.travel_dates (org_id, user_id, first_day, last_day, time_zone)
SELECT $1, $2, t.first_day, t.last_day, t.time_zone
FROM jsonb_to_recordset($3) AS t (first_day date, last_day date, time_zone text)
