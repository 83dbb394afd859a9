SELECT
    clock_timestamp(),
    ARRAY(SELECT d.day FROM convene.blackout_dates d WHERE d.org_id = b.org_id AND d.mentor_id = b.mentor_id),
    b.recurrence, b.start_date, b.until_date, b.start_time::text, b.end_time::text, b.ends_next_day,
    b.time_zone::text, b.slot_minutes, b.buffer_minutes
FROM convene.availability_blocks b
WHERE b.id = $1 AND b.deleted_at IS NULL
