-- The fan-out of booking history. One statement claims events, writes what they owe and marks them: a crash undoes
-- all of it or none, and two callers never take the same event. A new consumer is one more CTE here, and nothing in
-- the functions that book. An event stands alone: what has changed since does not matter. Beside it only that is read which
-- never changes: what came before it, and what the booking is a booking of.

CREATE OR REPLACE FUNCTION convene.dispatch_events(p_limit integer DEFAULT 500) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    dispatched integer;
    moved      jsonb;
    ended      jsonb;
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
        RETURNING
            e.org_id, e.seq, e.booking_id, e.event, e.acted_as, e.hosts, e.attendees, e.facts -> 'from_hosts' AS from_hosts,
            e.from_status, e.to_status, e.occurred_at,
            e.facts ->> 'late' = 'true' AND e.acted_as IN ('host', 'attendee') AS is_late
    ),
    told AS (
        SELECT e.org_id, e.seq, e.booking_id, reader.id AS user_id, reader.part,
            'booking_' || CASE e.event WHEN 'finalized' THEN 'created' ELSE e.event END AS kind
        FROM events e
        CROSS JOIN LATERAL (
            SELECT host AS id, 'host' AS part FROM unnest(e.hosts) AS host
            UNION ALL
            -- Who else comes and goes is for the host to know.
            SELECT attendee, 'attendee' FROM unnest(e.attendees) AS attendee WHERE e.event NOT IN ('joined', 'left')
            UNION ALL
            SELECT former, 'former_host' FROM unnest(convene.uuids(e.from_hosts)) AS former WHERE former <> ALL (e.hosts)
        ) reader
        -- A hold is its holder's affair, and a link is in the calendars.
        WHERE e.event NOT IN ('held', 'link_changed')
        UNION ALL
        SELECT e.org_id, e.seq, e.booking_id, c.id, 'staff', 'booking_canceled_late'
        FROM events e
        JOIN convene.users c ON c.org_id = e.org_id AND c.role = 'coordinator' AND convene.is_active_now(c)
        -- Staff who cancel for others know what they do.
        WHERE e.event = 'canceled' AND e.is_late
        UNION ALL
        SELECT e.org_id, e.seq, e.booking_id, c.id, 'staff', 'booking_no_show_disputed'
        FROM events e
        JOIN convene.users c ON c.org_id = e.org_id AND c.role = 'coordinator' AND convene.is_active_now(c)
        WHERE e.event = 'no_show_disputed'
    ),
    notices AS (
        INSERT INTO convene.notification_log (org_id, id, user_id, kind, booking_id, event_seq, facts)
        SELECT t.org_id, convene.new_id(t.org_id), t.user_id, t.kind, t.booking_id, t.seq, jsonb_build_object('part', t.part)
        FROM told t
        JOIN convene.users u ON u.org_id = t.org_id AND u.id = t.user_id AND u.deleted_at IS NULL
        ORDER BY t.seq
    ),
    -- The end of a visit to a booking page. A request counts when it is confirmed; moved and confirmed again it does not count
    -- again. Whoever takes a seat in a meeting that stands has booked, too.
    booked AS (
        INSERT INTO convene.analytics_funnel_events (org_id, event_type_id, team_id, booking_id, stage, occurred_at)
        SELECT e.org_id, b.event_type_id, b.team_id, e.booking_id, 'booking_confirmed', e.occurred_at
        FROM events e
        JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id AND b.event_type_id IS NOT NULL
        WHERE e.to_status = 'confirmed'
          AND (e.event = 'joined' OR (e.from_status IS DISTINCT FROM 'confirmed' AND NOT EXISTS (
              SELECT FROM convene.booking_events earlier
              WHERE earlier.org_id = e.org_id AND earlier.booking_id = e.booking_id AND earlier.seq < e.seq
                AND earlier.to_status = 'confirmed'
          )))
        ORDER BY e.seq
        RETURNING org_id, seq, event_type_id, stage, occurred_at
    ),
    counted AS (
        INSERT INTO convene.analytics_funnel_pending (org_id, seq, day, event_type_id, stage)
        SELECT b.org_id, b.seq, (b.occurred_at AT TIME ZONE o.time_zone)::date, b.event_type_id, b.stage
        FROM booked b
        JOIN convene.organizations o ON o.id = b.org_id
    )
    SELECT
        count(*),
        -- Meetings that now are, are elsewhere, are with others, or are no more.
        jsonb_agg(jsonb_build_object('org_id', e.org_id, 'booking_id', e.booking_id))
            FILTER (WHERE e.event NOT IN ('held', 'link_changed', 'completed', 'no_show', 'no_show_disputed', 'no_show_corrected', 'rated')),
        -- Meetings that are called off, or that somebody missed.
        jsonb_agg(jsonb_build_object('org_id', e.org_id, 'seq', e.seq))
            FILTER (WHERE e.event IN ('canceled', 'declined', 'expired', 'no_show', 'no_show_corrected'))
    INTO dispatched, moved, ended
    FROM events e;
    FOR touched IN
        SELECT m.org_id, array_agg(DISTINCT m.booking_id) AS bookings
        FROM jsonb_to_recordset(moved) AS m (org_id integer, booking_id uuid)
        WHERE EXISTS (SELECT FROM convene.calendar_connections c WHERE c.org_id = m.org_id)
        GROUP BY m.org_id
        ORDER BY m.org_id
    LOOP
        PERFORM convene.plan_writebacks(touched.org_id, touched.bookings);
    END LOOP;
    -- After the bookings: whoever gives one to another host locks it, too, before their turns.
    IF ended IS NOT NULL AND EXISTS (SELECT FROM convene.team_event_types) THEN
        PERFORM convene.give_turns_back(ended);
    END IF;
    RETURN dispatched;
END
$$;
COMMENT ON FUNCTION convene.dispatch_events(integer) IS
'Fans out booking history that was not yet, oldest first: notices for hosts and attendees of each event, for hosts who
were replaced by it, and for the coordinators of a participant''s late cancellation or dispute of a no-show; what the participants''
calendars are owed; that a booking of an event type was confirmed, for analytics; and turns that teams are given back
(give_turns_back). Safe to call from many places at once and after a crash.
Arguments: p_limit, the most events to take, 1 to 10,000.
Returns: how many events were taken; call again while it is p_limit.
Refuses: VALIDATION_ERROR.';
