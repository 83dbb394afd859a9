-- $3: a list of objects with the columns' names.
INSERT INTO convene.availability_overrides (org_id, schedule_id, day, start_time, end_time, is_off)
SELECT $1, $2, o.day, o.start_time, o.end_time, o.is_off
FROM jsonb_to_recordset($3) AS o (day date, start_time time, end_time time, is_off boolean)
