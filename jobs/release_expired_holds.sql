-- Ends holds that lapsed. Every minute, and for tidiness only: a lapsed hold is in nobody's way, because whoever needs its
-- time ends it in the same transaction.
-- The function decides, so it is the extension's: convene.release_expired_holds().

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('release_expired_holds', '* * * * *', 'Ends holds that were not finalized in time')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
