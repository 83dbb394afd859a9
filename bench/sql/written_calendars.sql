-- Meetings are written into one calendar of each connected account.
INSERT INTO convene.calendars (org_id, connection_id, calendar_id, name, is_primary, can_write, is_written)
SELECT org_id, id, 'primary', 'primary', true, true, true
FROM convene.calendar_connections
