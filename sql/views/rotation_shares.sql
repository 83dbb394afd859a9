CREATE OR REPLACE VIEW convene.rotation_shares WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    t.name AS team,
    e.title AS event_type,
    u.name AS member_name,
    coalesce(hosted.many, 0) AS meetings,
    coalesce(hosted.many, 0)::double precision / nullif(sum(hosted.many) OVER rotation, 0)::double precision AS share,
    m.weight,
    m.weight::double precision / sum(m.weight) OVER rotation AS expected_share,
    m.last_assigned_at,
    e.id AS event_type_id,
    u.id AS user_id
FROM convene.team_event_types x
JOIN convene.organizations o ON o.id = x.org_id
JOIN convene.event_types e ON e.org_id = x.org_id AND e.id = x.event_type_id AND e.deleted_at IS NULL
JOIN convene.teams t ON t.org_id = x.org_id AND t.id = x.team_id
JOIN convene.team_event_type_members m ON m.org_id = x.org_id AND m.event_type_id = x.event_type_id
JOIN convene.users u ON u.org_id = m.org_id AND u.id = m.user_id
LEFT JOIN LATERAL (
    SELECT count(*) AS many
    FROM convene.booking_participants p
    JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
    WHERE p.org_id = m.org_id AND p.user_id = m.user_id AND p.role = 'host' AND p.status <> 'left'
      AND p.start_time >= now() - interval '30 days' AND p.start_time < now()
      AND b.event_type_id = m.event_type_id AND b.status IN ('confirmed', 'completed', 'no_show')
) hosted ON true
WHERE x.mode = 'round_robin'
WINDOW rotation AS (PARTITION BY x.org_id, x.event_type_id);
COMMENT ON VIEW convene.rotation_shares IS 'How the meetings of the last 30 days were shared out among the present members of each rotation, against their weights';
COMMENT ON COLUMN convene.rotation_shares.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.rotation_shares.team IS 'The team';
COMMENT ON COLUMN convene.rotation_shares.event_type IS 'Title of the event type';
COMMENT ON COLUMN convene.rotation_shares.member_name IS 'The member';
COMMENT ON COLUMN convene.rotation_shares.meetings IS 'How many meetings they hosted that are confirmed, completed or missed';
COMMENT ON COLUMN convene.rotation_shares.share IS 'Of those of all members, 0 to 1; NULL without meetings';
COMMENT ON COLUMN convene.rotation_shares.weight IS 'Their weight in the rotation';
COMMENT ON COLUMN convene.rotation_shares.expected_share IS 'Of the weights of all members, 0 to 1';
COMMENT ON COLUMN convene.rotation_shares.last_assigned_at IS 'When they last had their turn; NULL never';
COMMENT ON COLUMN convene.rotation_shares.event_type_id IS 'Id of the event type';
COMMENT ON COLUMN convene.rotation_shares.user_id IS 'Id of the member';
