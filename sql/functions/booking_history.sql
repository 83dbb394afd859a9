CREATE OR REPLACE FUNCTION convene.booking_history(p_booking_id uuid, p_actor_id uuid)
RETURNS TABLE (
    seq bigint, event text, from_status text, to_status text, actor_id uuid, acted_as text, start_time timestamptz,
    end_time timestamptz, location text, conference_url text, hosts uuid[], attendees uuid[], guests uuid[], words text,
    facts jsonb, occurred_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_visible_booking(p_booking_id, p_actor_id);
BEGIN
    RETURN QUERY
    SELECT
        e.seq, e.event, e.from_status, e.to_status, e.actor_id, e.acted_as, e.start_time, e.end_time, e.location,
        e.conference_url, e.hosts, e.attendees, e.guests, e.words, e.facts, e.occurred_at
    FROM convene.booking_events e
    WHERE e.org_id = tenant AND e.booking_id = p_booking_id
    ORDER BY e.seq;
END
$$;
COMMENT ON FUNCTION convene.booking_history(uuid, uuid) IS
'Everything that happened to a booking, oldest first, for its participants, coordinators and admins.
Arguments: p_booking_id, the booking; p_actor_id, who looks.
Returns: one row for each event: what, from which status to which, who (NULL for a guest or the clock) and as what; when,
where and with whom the meeting was after it; what they wrote; further facts; when it happened.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND (unknown, or not theirs to see).';
