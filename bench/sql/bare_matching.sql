-- The ten active mentors who share most tags with the mentee $1, the better ones first, and what they have free. It
-- knows no tiers, no overrides and no points, but reads everybody's standing, and the slots of the ten.
WITH best AS (
    SELECT u.id, u.name, u.title, u.company, u.reputation_tier, u.reputation_score, u.dormant_since, shared.tags
    FROM convene.users u
    LEFT JOIN (
        SELECT theirs.user_id, count(*) AS tags
        FROM convene.user_tags mine
        JOIN convene.user_tags theirs ON theirs.org_id = mine.org_id AND theirs.tag_id = mine.tag_id
        WHERE mine.org_id = 1 AND mine.user_id = $1
        GROUP BY theirs.user_id
    ) AS shared ON shared.user_id = u.id
    WHERE u.org_id = 1 AND u.role = 'mentor' AND u.is_active AND u.deleted_at IS NULL
    ORDER BY shared.tags DESC NULLS LAST, u.reputation_score DESC, u.id
    LIMIT 10
)
SELECT best.*, free.first, free.slots
FROM best
CROSS JOIN LATERAL (
    SELECT min(s.start_time) AS first, count(*) AS slots
    FROM convene.time_slots s
    WHERE s.org_id = 1 AND s.mentor_id = best.id AND s.booking_id IS NULL AND s.deleted_at IS NULL
      AND s.start_time > now() AND s.start_time < now() + interval '30 days'
) AS free
