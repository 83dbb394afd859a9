-- Blocks after ($1, $2) whose horizon has moved past what is made. Instant to wall is safe in SQL.
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
WHERE (b.org_id, b.id) > ($1, $2)
  AND b.is_active AND b.deleted_at IS NULL
  AND (b.generated_until IS NULL
       OR b.generated_until < least(
              ((clock_timestamp() + make_interval(hours => 24 * o.slot_horizon_days)) AT TIME ZONE b.time_zone)::date,
              b.until_date))
ORDER BY b.org_id, b.id
LIMIT $3
FOR NO KEY UPDATE OF b SKIP LOCKED
