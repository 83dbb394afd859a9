-- Brings every reputation up to date: tenure grows and penalties lapse although nobody does anything. Nightly, half an
-- hour after the jobs of midnight, so that it counts what they ended.
-- The function decides, so it is the extension's: convene.recompute_reputations().

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('recompute_reputations', '30 0 * * *', 'Recalculates the reputation and tier of every user')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
