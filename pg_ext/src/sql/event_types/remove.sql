-- Its bookings stay. Its schedule can then be deleted.
UPDATE convene.event_types
SET deleted_at = clock_timestamp(), is_active = false, schedule_id = NULL, updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2
