-- Makes of the completed meetings of history.sql what years leave behind: other endings, staff who acted, notices.
SET session_replication_role = replica;

CREATE TEMPORARY TABLE endings AS
SELECT b.id, b.start_time, p.user_id AS host_id, row_number() OVER (ORDER BY b.id) AS nth
FROM convene.bookings b
JOIN convene.booking_participants p ON p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host';
CREATE TEMPORARY TABLE staff AS
SELECT u.id, row_number() OVER (ORDER BY u.id) - 1 AS nth, count(*) OVER () AS many
FROM convene.users u WHERE u.role IN ('coordinator', 'admin');

UPDATE convene.bookings b
SET status = 'canceled', canceled_at = e.start_time - interval '1 hour', canceled_by = e.host_id, canceled_as = 'host',
    cancellation_reason = 'other', cancellation_notes = 'Something came up'
FROM endings e WHERE b.id = e.id AND e.nth % 20 = 0;
UPDATE convene.bookings b SET status = 'no_show' FROM endings e WHERE b.id = e.id AND e.nth % 50 = 1;
UPDATE convene.bookings b
SET status = 'declined', confirmed_at = NULL, cancellation_reason = 'I am away'
FROM endings e WHERE b.id = e.id AND e.nth % 100 = 2;
UPDATE convene.booking_participants p
SET active = false
FROM endings e WHERE p.booking_id = e.id AND (e.nth % 20 = 0 OR e.nth % 100 = 2);

INSERT INTO convene.booking_events (
    org_id, booking_id, actor_id, acted_as, event, from_status, to_status, start_time, end_time, meeting_type, hosts, attendees,
    words, occurred_at, dispatched_at
)
SELECT 1, e.id, s.id, 'staff', CASE WHEN e.nth % 1000 = 0 THEN 'reassigned' ELSE 'confirmed' END, 'pending', 'confirmed',
    e.start_time, e.start_time + interval '30 minutes', 'online', ARRAY[e.host_id], '{}', 'They asked on the phone',
    e.start_time - interval '1 day', e.start_time
FROM endings e JOIN staff s ON s.nth = e.nth % s.many
WHERE e.nth % 10 = 0;
INSERT INTO convene.audit_log (org_id, id, actor_id, action, target_kind, target_id, details, occurred_at)
SELECT 1, convene.new_id(1), s.id, CASE WHEN e.nth % 1000 = 0 THEN 'change_policy' ELSE 'change_user' END, 'user',
    e.host_id::text, '{"role": ["mentee", "mentor"]}', e.start_time
FROM endings e JOIN staff s ON s.nth = e.nth % s.many
WHERE e.nth % 20 = 0;
INSERT INTO convene.notification_log (org_id, id, user_id, kind, booking_id, event_seq, facts, created_at)
SELECT e.org_id, convene.new_id(1), e.hosts[1], 'booking_' || e.event, e.booking_id, e.seq, '{"part": "host"}', e.occurred_at
FROM convene.booking_events e;

DROP TABLE endings, staff;
RESET session_replication_role;
