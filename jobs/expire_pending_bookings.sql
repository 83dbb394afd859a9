-- Ends booking requests that nobody answered. At midnight: the limit counts in days. A request whose start passes
-- during the day cannot be confirmed any more whether or not this has run, and nobody else could take its slot.
-- The function decides, so it is the extension's: convene.expire_pending_bookings().

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('expire_pending_bookings', '0 0 * * *', 'Expires booking requests that were not answered in time, and frees their slots')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
