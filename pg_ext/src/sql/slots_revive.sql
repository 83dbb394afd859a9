-- A retired slot that the block yields again, at the same start. A booked one keeps its length.
UPDATE convene.time_slots s
SET deleted_at = NULL, end_time = cut.end_time
FROM unnest($3::timestamptz[], $4::timestamptz[]) AS cut (start_time, end_time)
WHERE s.org_id = $1 AND s.block_id = $2 AND s.start_time = cut.start_time AND s.deleted_at IS NOT NULL
  AND (s.booking_id IS NULL OR s.end_time = cut.end_time)
