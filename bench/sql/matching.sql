-- Tags for everybody, scores and tiers of all kinds for mentors, and 40 free slots each, spread over 30 days.
INSERT INTO convene.tags (org_id, id, kind, name)
SELECT 1, convene.new_id(1), kind, format('%s %s', kind, nth)
FROM unnest(ARRAY['industry', 'technology', 'stage']) AS kind
CROSS JOIN generate_series(1, 20) AS nth;

INSERT INTO convene.user_tags (org_id, user_id, tag_id)
SELECT DISTINCT 1, person.id, tag.id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM convene.users) AS person
CROSS JOIN unnest(ARRAY[1, 7, 11, 13]) AS step
JOIN (SELECT id, row_number() OVER (ORDER BY kind, name) - 1 AS nth FROM convene.tags) AS tag
    ON tag.nth = (person.nth + person.nth / 60 + 1) * step % 60;

UPDATE convene.users u
SET reputation_score = scored.score,
    reputation_tier = CASE
        WHEN scored.score < 3 THEN 'bronze' WHEN scored.score < 4 THEN 'silver'
        WHEN scored.score < 4.5 THEN 'gold' ELSE 'platinum'
    END
FROM (
    SELECT id, 1 + (row_number() OVER (ORDER BY id) * 17 % 41) / 10.0 AS score
    FROM convene.users
    WHERE role = 'mentor'
) AS scored
WHERE u.org_id = 1 AND u.id = scored.id;

INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
SELECT block.org_id, convene.new_id(1), block.id, block.mentor_id, starts, starts + interval '30 minutes'
FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM convene.availability_blocks) AS block
CROSS JOIN generate_series(1, 40) AS slot
CROSS JOIN LATERAL (
    SELECT date_trunc('hour', now()) + make_interval(hours => (2 + block.nth % 18 + 18 * slot)::integer) AS starts
) AS calendar
