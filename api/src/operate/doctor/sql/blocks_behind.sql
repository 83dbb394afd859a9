-- A day's grace: the job runs every four hours.
SELECT
    count(*) AS active,
    count(*) FILTER (WHERE coalesce(b.generated_until, '-infinity') < least(
        ((now() + make_interval(days => o.slot_horizon_days - 1)) AT TIME ZONE b.time_zone)::date, b.until_date
    )) AS behind
FROM convene.availability_blocks b
JOIN convene.organizations o ON o.id = b.org_id
WHERE b.is_active AND b.deleted_at IS NULL
