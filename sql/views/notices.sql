-- The text is made here, for each row that is read: ask for few (a user, a day).
CREATE OR REPLACE VIEW convene.notices WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    n.created_at,
    u.name AS user_name,
    n.kind,
    said.title,
    said.message,
    n.read_at,
    n.booking_id,
    n.user_id,
    n.id AS notice_id
FROM convene.notification_log n
JOIN convene.organizations o ON o.id = n.org_id
JOIN convene.users u ON u.org_id = n.org_id AND u.id = n.user_id
CROSS JOIN LATERAL convene.notice_text(n.org_id, n.user_id, n.kind, n.event_seq, n.facts) AS said;
COMMENT ON VIEW convene.notices IS 'What people were told, in the words that they read';
COMMENT ON COLUMN convene.notices.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.notices.created_at IS 'When';
COMMENT ON COLUMN convene.notices.user_name IS 'Who is told';
COMMENT ON COLUMN convene.notices.kind IS 'As in notification_log';
COMMENT ON COLUMN convene.notices.title IS 'One line';
COMMENT ON COLUMN convene.notices.message IS 'The text, with times in the reader''s zone';
COMMENT ON COLUMN convene.notices.read_at IS 'When they saw it';
COMMENT ON COLUMN convene.notices.booking_id IS 'The booking it is about';
COMMENT ON COLUMN convene.notices.user_id IS 'Their id';
COMMENT ON COLUMN convene.notices.notice_id IS 'Its id';
