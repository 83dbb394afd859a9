-- What each user's reputation is calculated from (docs/rules.md). Bookings that ended: completed, no-show by this user,
-- canceled by this user after confirmation. Only mentors are asked, so only they have response times.
SELECT
    u.id AS user_id,
    u.reputation_score AS stored_score,
    u.reputation_tier AS stored_tier,
    clock_timestamp() AS now,
    u.joined_at,
    rated.count AS ratings_count,
    rated.sum AS ratings_sum,
    ended.completed,
    ended.completed + ended.missed AS ended,
    ended.response_hours,
    penalties.sum AS penalties
FROM convene.users u
CROSS JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(r.rating), 0)::bigint AS sum
    FROM convene.ratings r
    WHERE r.org_id = u.org_id AND r.ratee_id = u.id
) rated
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE b.status = 'completed' AND p.status = 'active') AS completed,
        count(*) FILTER (
            -- What is disputed counts when staff have decided.
            WHERE p.status = 'absent' AND p.absence_disputed_at IS NULL OR b.status = 'canceled' AND b.canceled_by = u.id AND b.confirmed_at IS NOT NULL
        ) AS missed,
        (avg(extract(epoch FROM b.responded_at - b.requested_at)) FILTER (WHERE p.role = 'host') / 3600)::float8
            AS response_hours
    FROM convene.booking_participants p
    JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
    WHERE p.org_id = u.org_id AND p.user_id = u.id AND p.status IN ('active', 'absent')
) ended
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount), 0)::float8 AS sum
    FROM convene.reputation_penalties p
    WHERE p.org_id = u.org_id AND p.user_id = u.id AND p.expires_at > clock_timestamp()
) penalties
WHERE u.org_id = $1 AND u.id = ANY ($2)
ORDER BY u.id
