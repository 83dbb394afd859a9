-- Keeps slots made for the organization's horizon ahead. Every four hours: days are added one at a time, so more often
-- would find nothing, and a run that fails leaves five more chances before anybody misses a slot.
-- The function decides, so it is the extension's: convene.generate_time_slots().

INSERT INTO convene.jobs (name, schedule, description)
VALUES ('generate_time_slots', '0 */4 * * *', 'Cuts availability blocks into slots for the days that came within the horizon')
ON CONFLICT (name) DO UPDATE SET schedule = EXCLUDED.schedule, description = EXCLUDED.description;
