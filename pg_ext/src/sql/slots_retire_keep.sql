-- Slots that bookings refer to stay for them. $3 and $4 as in slots_retire_delete.sql.
WITH retired AS (
    UPDATE convene.time_slots
    SET deleted_at = clock_timestamp()
    WHERE org_id = $1 AND block_id = $2 AND start_time > clock_timestamp() AND deleted_at IS NULL
      AND (start_time, end_time) NOT IN (SELECT * FROM unnest($3::timestamptz[], $4::timestamptz[]))
    RETURNING booking_id
)
SELECT count(*) FILTER (WHERE booking_id IS NULL) AS free
FROM retired
