-- The fan-out of booking history. One statement claims events, writes what they owe and marks them: a crash undoes
-- all of it or none, and two callers never take the same event. A new consumer is one more CTE here, and nothing in
-- the functions that book.

CREATE OR REPLACE FUNCTION convene.wall_time(p_at timestamptz, p_time_zone text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT pg_catalog.to_char(p_at AT TIME ZONE p_time_zone, 'FMDay, FMDD FMMonth YYYY, HH24:MI')
        || ' (' || p_time_zone || ')'
$$;
COMMENT ON FUNCTION convene.wall_time(timestamptz, text) IS
'An instant as people read it in their zone. For use in other functions; granted to nobody.
Arguments: p_at, the instant; p_time_zone, an IANA zone.
Returns: such as "Monday, 5 January 2026, 14:30 (Europe/Berlin)"; NULL when an argument is.';

DROP FUNCTION IF EXISTS convene.event_notice(text, text, text, text, text, text, text, text, boolean);
CREATE OR REPLACE FUNCTION convene.event_notice(
    p_event text, p_to_status text, p_actor text, p_role text, p_other text, p_when text, p_from text, p_notes text,
    p_is_self boolean, p_mentor text, p_from_mentor text
) RETURNS TABLE (title text, message text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT
        CASE p_event
            WHEN 'created' THEN CASE WHEN p_to_status = 'pending' THEN 'Meeting requested' ELSE 'Meeting booked' END
            WHEN 'confirmed' THEN 'Meeting confirmed'
            WHEN 'declined' THEN 'Meeting request declined'
            WHEN 'canceled' THEN 'Meeting canceled'
            WHEN 'rescheduled' THEN 'Meeting moved'
            WHEN 'reassigned' THEN 'Meeting given to another mentor'
            WHEN 'completed' THEN 'Meeting completed'
            WHEN 'no_show' THEN 'Meeting missed'
            WHEN 'expired' THEN 'Meeting request expired'
            ELSE 'Meeting rated'
        END,
        CASE p_event
            WHEN 'created' THEN CASE
                WHEN p_to_status <> 'pending' THEN 'You meet ' || p_other || ' on ' || p_when || '.'
                WHEN p_role = 'mentor'
                    THEN p_other || ' asks to meet you on ' || p_when || '. Please confirm or decline.'
                ELSE 'You asked to meet ' || p_other || ' on ' || p_when || '. They will confirm or decline.'
            END
            WHEN 'confirmed' THEN 'You meet ' || p_other || ' on ' || p_when || '.'
            WHEN 'declined' THEN CASE WHEN p_is_self THEN 'You' ELSE p_actor END
                || ' declined the request for ' || meeting || ' on ' || p_when || '.'
                || CASE WHEN p_is_self THEN '' ELSE p_notes END
            WHEN 'canceled' THEN CASE WHEN p_is_self THEN 'You' ELSE p_actor END
                || ' canceled ' || meeting || ' on ' || p_when || '.'
                || CASE WHEN p_is_self THEN '' ELSE p_notes END
            WHEN 'rescheduled' THEN CASE WHEN p_is_self THEN 'You' ELSE p_actor END
                || ' moved ' || meeting || ' from ' || p_from || ' to ' || p_when || '.'
                || CASE WHEN p_to_status <> 'pending' THEN ''
                    WHEN p_role = 'mentor' THEN ' Please confirm or decline.'
                    ELSE ' They will confirm or decline.' END
                || p_notes
            WHEN 'reassigned' THEN CASE p_role
                WHEN 'former mentor'
                    THEN p_actor || ' gave your meeting with ' || p_other || ' on ' || p_from || ' to ' || p_mentor || '.'
                WHEN 'mentor'
                    THEN p_actor || ' gave you a meeting of ' || p_from_mentor || ': you meet ' || p_other || ' on '
                    || p_when || '.' || CASE WHEN p_to_status = 'pending' THEN ' Please confirm or decline.' ELSE '' END
                ELSE p_actor || ' gave your meeting with ' || p_from_mentor || ' on ' || p_from || ' to ' || p_mentor
                    || ': you meet on ' || p_when || '.'
                    || CASE WHEN p_to_status = 'pending' THEN ' They will confirm or decline.' ELSE '' END
            END || p_notes
            WHEN 'completed' THEN 'Your meeting with ' || p_other || ' on ' || p_when
                || ' is completed. You can rate it now.'
            WHEN 'no_show' THEN 'Your meeting with ' || p_other || ' on ' || p_when || ' did not take place.' || p_notes
            WHEN 'expired' THEN 'The request for your meeting with ' || p_other || ' on ' || p_when
                || ' expired without an answer.'
            ELSE CASE WHEN p_is_self THEN 'You' ELSE p_actor END || ' rated ' || meeting || ' of ' || p_when || '.'
        END
    FROM (
        -- Who did it need not be named twice.
        SELECT 'your meeting' || CASE WHEN p_actor = p_other THEN '' ELSE ' with ' || p_other END AS meeting
    ) AS phrase
$$;
COMMENT ON FUNCTION convene.event_notice(
    text, text, text, text, text, text, text, text, boolean, text, text
) IS
'What a participant is told of an event. For use in other functions; granted to nobody.
Arguments: p_event and p_to_status, the event; p_actor, the name of who did it; p_role, the reader''s role in the
booking, mentor, mentee or former mentor; p_other, the other participant''s name; p_when, the meeting in the reader''s zone; p_from, where it was moved
from; p_notes, a sentence to add or the empty string; p_is_self, whether the reader did it;
p_mentor, the mentor''s name; p_from_mentor, the name of the mentor before.
Returns: one row.';

CREATE OR REPLACE FUNCTION convene.dispatch_events(p_limit integer DEFAULT 500) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    dispatched integer;
    moved      jsonb;
    touched    record;
BEGIN
    PERFORM convene.require_limit(p_limit, 10000);
    WITH claimed AS (
        SELECT e.org_id, e.seq
        FROM convene.booking_events e
        WHERE e.dispatched_at IS NULL
        ORDER BY e.seq
        LIMIT p_limit
        FOR UPDATE SKIP LOCKED
    ),
    events AS (
        UPDATE convene.booking_events e
        SET dispatched_at = clock_timestamp()
        FROM claimed
        WHERE e.org_id = claimed.org_id AND e.seq = claimed.seq
        RETURNING e.org_id, e.seq, e.booking_id, e.actor_id, e.event, e.to_status, e.facts
    ),
    meetings AS (
        SELECT
            e.org_id, e.seq, e.booking_id, e.actor_id, e.to_status, e.facts,
            -- Given to the mentor it has: moved.
            CASE WHEN e.event = 'reassigned' AND former.id = mentor.id THEN 'rescheduled' ELSE e.event END AS event,
            mentor.id AS mentor_id, mentor.name AS mentor_name, mentor.time_zone AS mentor_zone,
            mentor.deleted_at IS NOT NULL AS mentor_is_gone,
            mentee.id AS mentee_id, mentee.name AS mentee_name, mentee.time_zone AS mentee_zone,
            mentee.deleted_at IS NOT NULL AS mentee_is_gone,
            coalesce(actor.name, 'Convene') AS actor_name,
            at_event.start_time,
            (e.facts ->> 'from_start')::timestamptz AS from_start,
            former.id AS former_id, former.name AS former_name, former.time_zone AS former_zone,
            coalesce(former.deleted_at IS NOT NULL, true) AS former_is_gone,
            CASE
                WHEN e.event = 'declined' THEN coalesce(' They wrote: ' || b.cancellation_reason, '')
                WHEN e.event = 'canceled' THEN coalesce(' They wrote: ' || b.cancellation_notes, '')
                WHEN e.event = 'reassigned' THEN coalesce(' They wrote: ' || (e.facts ->> 'reason'), '')
                WHEN e.event = 'no_show' THEN
                    ' ' || CASE WHEN b.no_show_user_id = mentor.id THEN mentor.name ELSE mentee.name END
                    || ' did not come.'
                ELSE ''
            END AS notes
        FROM events e
        JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id
        -- The booking may have moved on since: what it was then is where its next move began.
        CROSS JOIN LATERAL (
            SELECT
                coalesce((e.facts ->> 'to_mentor')::uuid, (
                    SELECT (later.facts ->> 'from_mentor')::uuid FROM convene.booking_events later
                    WHERE later.org_id = e.org_id AND later.booking_id = e.booking_id AND later.seq > e.seq
                      AND later.event = 'reassigned'
                    ORDER BY later.seq LIMIT 1
                ), b.mentor_id) AS mentor_id,
                coalesce((e.facts ->> 'to_start')::timestamptz, (
                    SELECT (later.facts ->> 'from_start')::timestamptz FROM convene.booking_events later
                    WHERE later.org_id = e.org_id AND later.booking_id = e.booking_id AND later.seq > e.seq
                      AND later.event IN ('rescheduled', 'reassigned')
                    ORDER BY later.seq LIMIT 1
                ), b.start_time) AS start_time
        ) at_event
        JOIN convene.users mentor ON mentor.org_id = b.org_id AND mentor.id = at_event.mentor_id
        JOIN convene.users mentee ON mentee.org_id = b.org_id AND mentee.id = b.mentee_id
        LEFT JOIN convene.users actor ON actor.org_id = e.org_id AND actor.id = e.actor_id
        LEFT JOIN convene.users former ON former.org_id = e.org_id AND former.id = (e.facts ->> 'from_mentor')::uuid
    ),
    participants_told AS (
        INSERT INTO convene.notification_log (org_id, user_id, type, title, message, metadata)
        SELECT
            m.org_id, reader.id, 'booking_' || m.event, notice.title, notice.message,
            jsonb_build_object('booking_id', m.booking_id, 'event_seq', m.seq)
        FROM meetings m
        CROSS JOIN LATERAL (VALUES
            ('mentor', m.mentor_id, m.mentor_zone, m.mentee_name, m.mentor_is_gone),
            ('mentee', m.mentee_id, m.mentee_zone, m.mentor_name, m.mentee_is_gone),
            ('former mentor', m.former_id, m.former_zone, m.mentee_name,
                m.former_is_gone OR m.former_id = m.mentor_id)
        ) AS reader (role, id, zone, other, is_gone)
        CROSS JOIN LATERAL convene.event_notice(
            m.event, m.to_status, m.actor_name, reader.role, reader.other,
            convene.wall_time(m.start_time, reader.zone), convene.wall_time(m.from_start, reader.zone), m.notes,
            coalesce(m.actor_id = reader.id, false), m.mentor_name, m.former_name
        ) notice
        WHERE NOT reader.is_gone
    ),
    coordinators_told AS (
        INSERT INTO convene.notification_log (org_id, user_id, type, title, message, metadata)
        SELECT
            m.org_id, c.id, 'booking_canceled_late', 'Late cancellation',
            m.actor_name || ' canceled their meeting with '
                || CASE WHEN m.actor_id = m.mentor_id THEN m.mentee_name ELSE m.mentor_name END || ' on '
                || convene.wall_time(m.start_time, c.time_zone) || ' shortly before it.' || m.notes,
            jsonb_build_object('booking_id', m.booking_id, 'event_seq', m.seq)
        FROM meetings m
        JOIN convene.users c ON c.org_id = m.org_id AND c.role = 'coordinator' AND c.deleted_at IS NULL AND c.is_active
        -- Staff who cancel for others know what they do.
        WHERE m.event = 'canceled' AND m.facts ->> 'late' = 'true' AND m.actor_id IN (m.mentor_id, m.mentee_id)
    )
    SELECT
        count(*),
        -- Meetings that now are, are elsewhere, or are no more.
        jsonb_agg(jsonb_build_object('org_id', e.org_id, 'booking_id', e.booking_id))
            FILTER (WHERE e.event NOT IN ('completed', 'no_show', 'rated'))
    INTO dispatched, moved
    FROM events e;
    FOR touched IN
        SELECT m.org_id, array_agg(DISTINCT m.booking_id) AS bookings
        FROM jsonb_to_recordset(moved) AS m (org_id integer, booking_id uuid)
        WHERE EXISTS (SELECT FROM convene.calendar_connections c WHERE c.org_id = m.org_id)
        GROUP BY m.org_id
        ORDER BY m.org_id
    LOOP
        PERFORM convene.owe_external_events(touched.org_id, touched.bookings);
    END LOOP;
    RETURN dispatched;
END
$$;
COMMENT ON FUNCTION convene.dispatch_events(integer) IS
'Fans out booking history that was not yet, oldest first: tells both participants of each event who are still there, and the mentor before of one that was reassigned, with the
time in their own zone, and the coordinators of a participant''s late cancellation; and owes the participants'' calendars
their events. Safe to call from many places at once and after a crash.
Arguments: p_limit, the most events to take, 1 to 10,000.
Returns: how many events were taken; call again while it is p_limit.
Refuses: VALIDATION_ERROR.';
