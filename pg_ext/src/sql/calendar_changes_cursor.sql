UPDATE convene.calendars k
SET cursor = $4, cursor_from = $5, cursor_to = $6
WHERE k.org_id = $1 AND k.connection_id = $2 AND k.calendar_id = $3 AND k.is_written
