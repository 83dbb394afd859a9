-- Slots that no booking refers to, live or ended. $3 and $4, starts and ends of what the block yields now: those stay.
WITH gone AS (
    DELETE FROM convene.time_slots s
    WHERE s.org_id = $1 AND s.block_id = $2 AND s.start_time > clock_timestamp() AND s.booking_id IS NULL
      AND NOT EXISTS (SELECT FROM convene.bookings b WHERE b.org_id = s.org_id AND b.time_slot_id = s.id)
      AND (s.start_time, s.end_time) NOT IN (SELECT * FROM unnest($3::timestamptz[], $4::timestamptz[]))
    RETURNING s.deleted_at
)
SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS free
FROM gone
