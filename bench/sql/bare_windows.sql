-- A mentor's busy windows in the first $2 hours that have slots.
SELECT lower(busy), upper(busy)
FROM convene.calendar_busy_windows
WHERE org_id = 1 AND user_id = $1
  AND busy && tstzrange(now(), date_trunc('day', now()) + make_interval(days => 1, hours => $2::integer))
