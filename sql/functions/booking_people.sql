-- The people of a booking, as everything that shows bookings tells them.

CREATE OR REPLACE FUNCTION convene.booking_people(p_org_id integer, p_booking_id uuid)
RETURNS TABLE (
    hosts jsonb, attendees jsonb, mentor_id uuid, mentor_name text, mentee_id uuid, mentee_name text, meeting_goal text,
    materials_urls text[], no_show_user_id uuid
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT
        coalesce(pg_catalog.jsonb_agg(one.person ORDER BY one."position") FILTER (WHERE one.role = 'host'), '[]'),
        coalesce(pg_catalog.jsonb_agg(one.person ORDER BY one.seat) FILTER (WHERE one.role = 'attendee'), '[]'),
        (pg_catalog.array_agg(one.user_id ORDER BY one."position") FILTER (WHERE one.role = 'host' AND one.is_slot))[1],
        (pg_catalog.array_agg(one.name ORDER BY one."position") FILTER (WHERE one.role = 'host' AND one.is_slot))[1],
        (pg_catalog.array_agg(one.user_id ORDER BY one.seat) FILTER (WHERE one.role = 'attendee' AND one.is_slot))[1],
        (pg_catalog.array_agg(one.name ORDER BY one.seat) FILTER (WHERE one.role = 'attendee' AND one.is_slot))[1],
        -- Of the one who has the only seat.
        pg_catalog.max(one.meeting_goal) FILTER (WHERE one.role = 'attendee' AND one.capacity = 1),
        coalesce(pg_catalog.max(one.materials_urls) FILTER (WHERE one.role = 'attendee' AND one.capacity = 1), '{}'),
        (pg_catalog.array_agg(one.user_id ORDER BY one."position") FILTER (WHERE one.status = 'absent'))[1]
    FROM (
        SELECT
            p."position", p.role, p.user_id, p.seat, p.status, p.meeting_goal, p.materials_urls, u.name, b.capacity,
            b.time_slot_id IS NOT NULL AS is_slot,
            pg_catalog.jsonb_build_object(
                'user_id', p.user_id, 'guest_id', p.guest_id, 'name', u.name, 'status', p.status, 'seat', p.seat,
                'absence_claimed_by', p.absence_claimed_by, 'absence_disputed_at', p.absence_disputed_at
            ) AS person
        FROM convene.bookings b
        JOIN convene.booking_participants p ON p.org_id = b.org_id AND p.booking_id = b.id
        LEFT JOIN convene.users u ON u.org_id = p.org_id AND u.id = p.user_id
        WHERE b.org_id = p_org_id AND b.id = p_booking_id
          AND p.status IN ('active', 'absent')
    ) one
$$;
COMMENT ON FUNCTION convene.booking_people(integer, uuid) IS
'Who takes part in a booking. For use in other functions; granted to nobody.
Arguments: p_org_id and p_booking_id, the booking.
Returns: one row: hosts and attendees, arrays of {user_id, guest_id, name, status, seat,
absence_claimed_by, absence_disputed_at}; mentor and mentee of a booking
in office hours, NULL of others; what the only attendee wrote; who did not come.';
