-- Blocks after ($1, $2) whose horizon has moved past what is made. Instant to wall is safe in SQL.
SELECT {b.columns}
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
