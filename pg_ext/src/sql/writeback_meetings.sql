-- The one place where writebacks read bookings: each meeting with those who take part in it, a row for each of them, and
-- one without them for a meeting that nobody takes part in. What the attendee wants is written where only one attends.
SELECT
    b.id AS booking_id, b.status, b.start_time, b.end_time, b.meeting_type, b.location, b.conference_url,
    coalesce(party.meeting_goal, '') AS meeting_goal, coalesce(party.materials_urls, '{}') AS materials_urls,
    party.user_id, party.part, party.rank, party.name
FROM convene.bookings b
LEFT JOIN LATERAL (
    -- Of accounts that could bring the conference link equally well, an attendee's does.
    SELECT
        p.user_id, p.role AS part, (row_number() OVER (ORDER BY p.role, p."position"))::integer AS rank, u.name,
        CASE WHEN p.role = 'attendee' AND b.capacity = 1 THEN p.meeting_goal END AS meeting_goal,
        CASE WHEN p.role = 'attendee' AND b.capacity = 1 THEN p.materials_urls END AS materials_urls
    FROM convene.booking_participants p
    LEFT JOIN convene.users u ON u.org_id = p.org_id AND u.id = p.user_id
    WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.status IN ('active', 'absent')
) party ON true
WHERE b.org_id = $1 AND b.id = ANY ($2)
ORDER BY b.id, party.rank
