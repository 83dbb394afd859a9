SELECT
    b.org_id, b.id, b.mentor_id, clock_timestamp(), o.slot_horizon_days, b.generated_until,
    ARRAY(
        SELECT d.day FROM convene.blackout_dates d
        WHERE d.org_id = b.org_id AND d.mentor_id = b.mentor_id AND d.day >= current_date - 1
    ),
    b.recurrence, b.start_date, b.until_date, b.start_time::text, b.end_time::text, b.ends_next_day,
    b.time_zone::text, b.slot_minutes, b.buffer_minutes
FROM convene.availability_blocks b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.org_id = $1 AND b.id = $2 AND b.deleted_at IS NULL
FOR NO KEY UPDATE OF b
