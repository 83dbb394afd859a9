-- Guests as the organization knows them. What is known is sealed: the service opens it.

CREATE OR REPLACE FUNCTION convene.forget_guest_details(p_org_id integer, p_guest_ids uuid[]) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    forgotten integer;
BEGIN
    UPDATE convene.booking_guests g
    SET key_id = NULL, contact = NULL, email_index = NULL, time_zone = 'UTC', erased_at = clock_timestamp()
    WHERE g.org_id = p_org_id AND g.id = ANY (p_guest_ids) AND g.erased_at IS NULL;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    DELETE FROM convene.booking_action_tokens t WHERE t.org_id = p_org_id AND t.guest_id = ANY (p_guest_ids);
    UPDATE convene.booking_events e SET words = NULL
    FROM convene.booking_guests g
    WHERE g.org_id = p_org_id AND g.id = ANY (p_guest_ids)
      AND e.org_id = g.org_id AND e.booking_id = g.booking_id AND e.actor_guest_id = g.id AND e.words IS NOT NULL;
    UPDATE convene.bookings b SET cancellation_notes = NULL
    FROM convene.booking_guests g
    WHERE g.org_id = p_org_id AND g.id = ANY (p_guest_ids)
      AND b.org_id = g.org_id AND b.id = g.booking_id AND b.canceled_as = 'attendee' AND b.canceled_by IS NULL;
    RETURN forgotten;
END
$$;
COMMENT ON FUNCTION convene.forget_guest_details(integer, uuid[]) IS
'Erases what is known of guests: contact, index, tokens, and what they wrote. That somebody was there stays. For use in other
functions; granted to nobody.
Arguments: p_org_id; p_guest_ids.
Returns: how many were known until now.';

CREATE OR REPLACE FUNCTION convene.booking_guests(p_booking_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, org_id integer, booking_id uuid, key_id text, contact bytea, email_index bytea, time_zone text,
    created_at timestamptz, erased_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_visible_booking(p_booking_id, p_actor_id);
BEGIN
    RETURN QUERY
    SELECT
        g.id, g.org_id, g.booking_id, g.key_id, g.contact, g.email_index, g.time_zone::text, g.created_at, g.erased_at
    FROM convene.booking_guests g
    WHERE g.org_id = tenant AND g.booking_id = p_booking_id AND convene.knows_guests(tenant, p_booking_id, p_actor_id)
    ORDER BY g.id;
END
$$;
COMMENT ON FUNCTION convene.booking_guests(uuid, uuid) IS
'The guests of a booking, sealed, for its hosts and for staff; none for others who take part. At most 1,000, as many as there
are seats, and those who left.
Arguments: p_booking_id, the booking; p_actor_id, who looks.
Returns: the guests in the order in which they came; what is sealed is NULL for those who were erased.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND (unknown, or not theirs to see).';

CREATE OR REPLACE FUNCTION convene.knows_guests(p_org_id integer, p_booking_id uuid, p_user_id uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = p_org_id AND u.id = p_user_id AND u.role IN ('coordinator', 'admin')
    ) OR EXISTS (
        SELECT FROM convene.booking_participants p
        WHERE p.org_id = p_org_id AND p.booking_id = p_booking_id AND p.user_id = p_user_id AND p.role = 'host'
          AND p.status <> 'left'
    )
$$;
COMMENT ON FUNCTION convene.knows_guests(integer, uuid, uuid) IS
'Whether a user may know who the guests of a booking are: its hosts and staff. For use in other functions; granted to nobody.
Arguments: p_org_id and p_booking_id, the booking; p_user_id, of the same organization.
Returns: true or false.';

CREATE OR REPLACE FUNCTION convene.change_guest(
    p_booking_id uuid, p_actor_id uuid, p_guest_id uuid, p_before bytea, p_key_id text, p_contact bytea,
    p_email_index bytea
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    tenant integer := convene.require_visible_booking(p_booking_id, p_actor_id);
BEGIN
    IF NOT convene.knows_guests(tenant, p_booking_id, p_actor_id) THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', jsonb_build_object('action', 'change what a guest wrote'));
    END IF;
    IF NOT EXISTS (
        SELECT FROM convene.booking_guests g
        WHERE g.org_id = tenant AND g.booking_id = p_booking_id AND g.id = p_guest_id
    ) THEN
        PERFORM convene.refuse_argument('p_guest_id', 'must be one of the booking''s guests');
    END IF;
    IF octet_length(p_contact) NOT BETWEEN 1 AND 65536 THEN
        PERFORM convene.refuse_argument('p_contact', 'must have 1 to 65536 bytes');
    END IF;
    UPDATE convene.booking_guests g
    SET key_id = p_key_id, contact = p_contact, email_index = p_email_index
    WHERE g.org_id = tenant AND g.booking_id = p_booking_id AND g.id = p_guest_id AND g.contact = p_before;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION convene.change_guest(uuid, uuid, uuid, bytea, text, bytea, bytea) IS
'Replaces what is known of a guest, sealed anew by the service, unless it changed meanwhile. For hosts of the booking and staff.
Arguments: p_booking_id, the booking; p_actor_id, who changes it; p_guest_id, the guest; p_before, the sealed bytes until now;
p_key_id, p_contact and p_email_index, as for book_event_type_as_guest.
Returns: whether it was still as p_before.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.list_guests(
    p_actor_id uuid, p_email_indexes bytea[] DEFAULT NULL, p_booking_id uuid DEFAULT NULL, p_limit integer DEFAULT 50,
    p_after_id uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, org_id integer, booking_id uuid, key_id text, contact bytea, email_index bytea, time_zone text,
    created_at timestamptz, erased_at timestamptz, status text, start_time timestamptz, end_time timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_staff(p_actor_id, 'list guests');
BEGIN
    PERFORM convene.require_limit(p_limit);
    IF num_nonnulls(p_email_indexes, p_booking_id) <> 1 THEN
        PERFORM convene.refuse_argument('p_email_indexes', 'or booking_id must be given, and not both');
    END IF;
    IF p_booking_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.bookings b WHERE b.org_id = tenant AND b.id = p_booking_id
    ) THEN
        PERFORM convene.refuse('BOOKING_NOT_FOUND', jsonb_build_object('booking_id', p_booking_id));
    END IF;
    RETURN QUERY
    SELECT
        g.id, g.org_id, g.booking_id, g.key_id, g.contact, g.email_index, g.time_zone::text, g.created_at, g.erased_at,
        b.status, b.start_time, b.end_time
    FROM convene.booking_guests g
    JOIN convene.bookings b ON b.org_id = g.org_id AND b.id = g.booking_id
    WHERE g.org_id = tenant AND (g.email_index = ANY (p_email_indexes) OR g.booking_id = p_booking_id)
      AND (p_after_id IS NULL OR g.id > p_after_id)
    ORDER BY g.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_guests(uuid, bytea[], uuid, integer, uuid) IS
'Guests with what is known of them, sealed, and their meetings: for coordinators and admins, who export it.
Arguments: p_actor_id, who looks; p_email_indexes, the HMACs of one address under each key, or p_booking_id, a booking; p_limit,
1 to 200; p_after_id, the last row of the page before.
Returns: the guests, in the order in which they came.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, BOOKING_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.event_type_to_book(p_event_type_id uuid, p_actor_id uuid)
RETURNS TABLE (org_id integer, questions jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_event_type_id, 'p_event_type_id');
    RETURN QUERY
    SELECT t.org_id, t.questions
    FROM convene.event_types t
    WHERE t.org_id = actor.org_id AND t.id = p_event_type_id AND t.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.event_type_to_book(uuid, uuid) IS
'What an event type asks, for whoever books a guest into it: for the service, before it seals.
Arguments: p_event_type_id; p_actor_id, who books.
Returns: one row.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND.';
