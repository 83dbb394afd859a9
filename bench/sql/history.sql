-- $1 completed meetings of the mentors and mentees there are, an hour each mentor, back from now; nobody is at two
-- places. Constraints are trusted while it is written: it would take ten times as long to check them row by row.
SET session_replication_role = replica;
ALTER TABLE convene.booking_participants DROP CONSTRAINT booking_participants_never_overlap;

-- The people in arrays: looked up by place, not joined.
CREATE TEMPORARY TABLE meetings AS
SELECT
    convene.new_id(1) AS id, convene.new_id(1) AS slot_id, start_time, nth,
    mentors.blocks[1 + nth % mentors.many] AS block_id, mentors.ids[1 + nth % mentors.many] AS mentor_id,
    mentees.ids[1 + nth % mentees.many] AS mentee_id
FROM (
    SELECT array_agg(b.id ORDER BY b.mentor_id) AS blocks, array_agg(b.mentor_id ORDER BY b.mentor_id) AS ids,
        count(*)::integer AS many
    FROM convene.availability_blocks b
) mentors,
(
    SELECT array_agg(u.id ORDER BY u.id) AS ids, count(*)::integer AS many
    FROM convene.users u
    WHERE u.role = 'mentee'
) mentees,
generate_series(0, $1::integer - 1) AS nth,
LATERAL (
    SELECT date_trunc('hour', now()) - make_interval(hours => 2 + nth / mentors.many) AS start_time
) AS calendar;

INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time, booking_id)
SELECT 1, slot_id, block_id, mentor_id, start_time, start_time + interval '30 minutes', id FROM meetings;
INSERT INTO convene.bookings (
    org_id, id, status, time_slot_id, start_time, end_time, meeting_type, confirmed_at, created_at, updated_at
)
SELECT 1, id, 'completed', slot_id, start_time, start_time + interval '30 minutes', 'online',
    start_time - interval '1 day', start_time - interval '1 day', start_time
FROM meetings;
INSERT INTO convene.booking_participants (
    org_id, booking_id, "position", role, user_id, seat, meeting_goal, start_time, blocked
)
SELECT 1, id, 1, 'host', mentor_id, NULL, NULL, start_time, tstzrange(start_time, start_time + interval '30 minutes')
FROM meetings
UNION ALL
SELECT 1, id, 2, 'attendee', mentee_id, 1, 'Find out whether our pricing holds up', start_time,
    tstzrange(start_time, start_time + interval '30 minutes')
FROM meetings;
INSERT INTO convene.booking_events (
    org_id, booking_id, actor_id, acted_as, event, from_status, to_status, start_time, end_time, meeting_type, hosts, attendees,
    occurred_at, dispatched_at
)
SELECT 1, id, mentee_id, 'attendee', 'created', NULL, 'confirmed', start_time, start_time + interval '30 minutes', 'online',
    ARRAY[mentor_id], ARRAY[mentee_id], start_time - interval '1 day', start_time
FROM meetings
UNION ALL
SELECT 1, id, mentor_id, 'host', 'completed', 'confirmed', 'completed', start_time, start_time + interval '30 minutes', 'online',
    ARRAY[mentor_id], ARRAY[mentee_id], start_time, start_time
FROM meetings;
INSERT INTO convene.ratings (org_id, id, booking_id, rater_id, ratee_id, rating, created_at)
SELECT 1, convene.new_id(1), id, mentee_id, mentor_id, 1 + nth % 5, start_time FROM meetings WHERE nth % 2 = 0
UNION ALL
SELECT 1, convene.new_id(1), id, mentor_id, mentee_id, 3 + nth % 3, start_time FROM meetings WHERE nth % 3 = 0;

DROP TABLE meetings;
ALTER TABLE convene.booking_participants ADD CONSTRAINT booking_participants_never_overlap
    EXCLUDE USING gist (org_id WITH =, user_id WITH =, blocked WITH &&) WHERE (active);
RESET session_replication_role;
