CREATE OR REPLACE FUNCTION convene.require_visible_booking(p_booking_id uuid, p_actor_id uuid) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    actor record;
BEGIN
    SELECT a.org_id, a.id, a.is_staff INTO actor FROM convene.require_actor(p_actor_id) a;
    PERFORM convene.require_given(p_booking_id, 'p_booking_id');
    IF NOT EXISTS (
        SELECT FROM convene.bookings b
        WHERE b.org_id = actor.org_id AND b.id = p_booking_id
          AND (actor.is_staff OR EXISTS (
              SELECT FROM convene.booking_participants p
              WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.user_id = actor.id AND p.status <> 'left'
          ))
    ) THEN
        PERFORM convene.refuse('BOOKING_NOT_FOUND', pg_catalog.jsonb_build_object('booking_id', p_booking_id));
    END IF;
    RETURN actor.org_id;
END
$$;
COMMENT ON FUNCTION convene.require_visible_booking(uuid, uuid) IS
'Lets those pass who may see a booking: its participants, coordinators and admins. For use in other functions;
granted to nobody.
Arguments: p_booking_id, the booking; p_actor_id, who looks.
Returns: the organization.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND (unknown, or not theirs to see).';

CREATE OR REPLACE FUNCTION convene.get_booking(p_booking_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, status text, mentor_id uuid, mentee_id uuid, time_slot_id uuid, event_type_id uuid,
    start_time timestamptz, end_time timestamptz, hosts jsonb, attendees jsonb, capacity integer,
    meeting_goal text, materials_urls text[], meeting_type text, location text, held_until timestamptz,
    requested_at timestamptz, responded_at timestamptz, confirmed_at timestamptz, canceled_at timestamptz,
    canceled_by uuid, cancellation_reason text, cancellation_notes text, no_show_user_id uuid, conference_url text,
    created_at timestamptz, updated_at timestamptz, mentor_name text, mentee_name text, calendar_events jsonb,
    has_rated boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_visible_booking(p_booking_id, p_actor_id);
BEGIN
    RETURN QUERY
    SELECT
        b.id, b.status, people.mentor_id, people.mentee_id, b.time_slot_id, b.event_type_id, b.start_time, b.end_time,
        people.hosts, people.attendees, b.capacity, people.meeting_goal, people.materials_urls, b.meeting_type,
        b.location, b.held_until, b.requested_at, b.responded_at, b.confirmed_at, b.canceled_at, b.canceled_by,
        b.cancellation_reason, b.cancellation_notes, people.no_show_user_id, b.conference_url, b.created_at,
        b.updated_at, people.mentor_name, people.mentee_name,
        (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'user_id', e.user_id, 'provider', c.provider, 'operation', e.operation,
                    'status', convene.writeback_status(e.status, w.failed_at),
                    'owner_change', e.owner_change,
                    -- A calendar's addresses and other hours are its owner's.
                    'url', CASE WHEN e.user_id = p_actor_id THEN e.event_url END,
                    'moved_to_start', CASE WHEN e.user_id = p_actor_id THEN lower(e.owner_moved_to) END,
                    'moved_to_end', CASE WHEN e.user_id = p_actor_id THEN upper(e.owner_moved_to) END
                ) ORDER BY e.user_id
            ), '[]')
            FROM convene.booking_external_events e
            JOIN convene.calendar_connections c ON c.org_id = e.org_id AND c.id = e.connection_id
            LEFT JOIN convene.work_items w ON w.org_id = e.org_id AND w.queue = 'writebacks' AND w.subject_id = e.id
            WHERE e.org_id = b.org_id AND e.booking_id = b.id
        ),
        EXISTS (
            SELECT FROM convene.ratings r
            WHERE r.org_id = b.org_id AND r.booking_id = b.id AND r.rater_id = p_actor_id
        )
    FROM convene.bookings b
    CROSS JOIN LATERAL convene.booking_people(b.org_id, b.id) AS people
    WHERE b.org_id = tenant AND b.id = p_booking_id;
END
$$;
COMMENT ON FUNCTION convene.get_booking(uuid, uuid) IS
'One booking, for its participants, coordinators and admins.
Arguments: p_booking_id, the booking; p_actor_id, who looks.
Returns: one row: the booking, its hosts and attendees, and in office hours its mentor and mentee by name;
calendar_events, an array: what became of it in the participants'' calendars, and what their owners did to it there;
where it is and was moved to is for its owner only; has_rated, whether who looks has rated it.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND (unknown, or not theirs to see).';
