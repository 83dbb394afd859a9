-- What each user's reputation is calculated from (docs/rules.md). Bookings that ended: completed, no-show by this user,
-- canceled by this user after confirmation. Only mentors are asked, so only they have response times.
SELECT
    u.id, u.reputation_score, u.reputation_tier, clock_timestamp(), u.joined_at,
    rated.count, rated.sum, ended.completed, ended.completed + ended.missed,
    ended.response_hours, penalties.sum
FROM convene.users u
CROSS JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(r.rating), 0)::bigint AS sum
    FROM convene.ratings r
    WHERE r.org_id = u.org_id AND r.ratee_id = u.id
) rated
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE b.status = 'completed') AS completed,
        count(*) FILTER (
            WHERE (b.status = 'no_show' AND b.no_show_user_id = u.id)
               OR (b.status = 'canceled' AND b.canceled_by = u.id AND b.confirmed_at IS NOT NULL)
        ) AS missed,
        (avg(extract(epoch FROM b.responded_at - b.requested_at)) FILTER (WHERE b.mentor_id = u.id) / 3600)::float8
            AS response_hours
    FROM (
        SELECT status, no_show_user_id, canceled_by, confirmed_at, responded_at, requested_at, mentor_id
        FROM convene.bookings WHERE org_id = u.org_id AND mentor_id = u.id
        UNION ALL
        SELECT status, no_show_user_id, canceled_by, confirmed_at, responded_at, requested_at, mentor_id
        FROM convene.bookings WHERE org_id = u.org_id AND mentee_id = u.id
    ) b
) ended
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount), 0)::float8 AS sum
    FROM convene.reputation_penalties p
    WHERE p.org_id = u.org_id AND p.user_id = u.id AND p.expires_at > clock_timestamp()
) penalties
WHERE u.org_id = $1 AND u.id = ANY ($2)
ORDER BY u.id
