-- $1 mentors and $2 mentees in the default organization. Platinum mentees book without a weekly limit, so that every
-- attempt succeeds; their limit is looked up and their week counted all the same.
INSERT INTO convene.users (org_id, id, email, name, role, reputation_score, reputation_tier, joined_at)
SELECT
    1, convene.new_id(1), format('%s%s@bench.test', role, nth), format('%s %s', role, nth), role, 4.8, 'platinum',
    now() - interval '400 days'
FROM (VALUES ('mentor', $1::integer), ('mentee', $2::integer)) AS wanted (role, how_many)
CROSS JOIN LATERAL generate_series(1, how_many) AS nth
RETURNING id, role
