-- $3: a list of objects with the columns' names.
INSERT INTO convene.availability_rules (org_id, schedule_id, weekday, start_time, end_time)
SELECT $1, $2, r.weekday, r.start_time, r.end_time
FROM jsonb_to_recordset($3) AS r (weekday smallint, start_time time, end_time time)
