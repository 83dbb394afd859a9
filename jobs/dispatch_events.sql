-- Fans out booking history (sql/functions/dispatch_events.sql) where no service runs, or when its worker is down. The
-- worker is woken by each booking; this is the fallback, as often as pg_cron can.

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('dispatch_events', '* * * * *', 'Tells people of what happened to their bookings, when the service has not')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
