-- Completes confirmed meetings that are over, unless someone said otherwise before. Every 15 minutes: people want to
-- rate a meeting soon after it.
-- The function decides, so it is the extension's: convene.complete_past_bookings().

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('complete_past_bookings', '*/15 * * * *', 'Completes confirmed meetings that are over')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
