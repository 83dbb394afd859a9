-- $1 organization, $2 mentee.
-- One row: the highest tier the mentee may book, and what is known about every mentor without looking at slots, as one
-- array for each fact: ten thousand mentors are read in a fraction of the time that as many rows take.
WITH shared AS (
    SELECT
        theirs.user_id,
        count(*) FILTER (WHERE tag.kind = 'industry')::integer AS industry,
        count(*) FILTER (WHERE tag.kind = 'technology')::integer AS technology,
        count(*) FILTER (WHERE tag.kind = 'stage')::integer AS stage
    FROM convene.user_tags own
    JOIN convene.tags tag ON tag.org_id = own.org_id AND tag.id = own.tag_id
    JOIN convene.user_tags theirs ON theirs.org_id = own.org_id AND theirs.tag_id = own.tag_id
    WHERE own.org_id = $1 AND own.user_id = $2
    GROUP BY theirs.user_id
),
override AS (
    SELECT DISTINCT o.mentor_id
    FROM convene.tier_override_requests o
    WHERE o.org_id = $1 AND o.mentee_id = $2
      AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
),
standing AS (
    SELECT
        array_agg(mentor.id) AS ids,
        array_agg(mentor.reputation_tier) AS tiers,
        array_agg(mentor.reputation_score) AS scores,
        array_agg(mentor.dormant_since IS NOT NULL) AS dormant,
        array_agg(override.mentor_id IS NOT NULL) AS overridden,
        array_agg(coalesce(shared.industry, 0)) AS industries,
        array_agg(coalesce(shared.technology, 0)) AS technologies,
        array_agg(coalesce(shared.stage, 0)) AS stages
    FROM convene.users mentor
    LEFT JOIN shared ON shared.user_id = mentor.id
    LEFT JOIN override ON override.mentor_id = mentor.id
    WHERE mentor.org_id = $1 AND mentor.role = 'mentor' AND mentor.is_active AND mentor.deleted_at IS NULL
)
SELECT
    policy.highest_bookable_tier, ids, tiers, scores, dormant, overridden, industries, technologies, stages
FROM convene.users mentee
JOIN convene.tier_policies policy ON policy.org_id = mentee.org_id AND policy.tier = mentee.reputation_tier
CROSS JOIN standing
WHERE mentee.org_id = $1 AND mentee.id = $2
