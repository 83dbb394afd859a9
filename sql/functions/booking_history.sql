CREATE OR REPLACE FUNCTION convene.booking_history(p_booking_id uuid, p_actor_id uuid)
RETURNS TABLE (
    seq bigint, event text, from_status text, to_status text, actor_id uuid, facts jsonb, occurred_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_visible_booking(p_booking_id, p_actor_id);
BEGIN
    RETURN QUERY
    SELECT e.seq, e.event, e.from_status, e.to_status, e.actor_id, e.facts, e.occurred_at
    FROM convene.booking_events e
    WHERE e.org_id = tenant AND e.booking_id = p_booking_id
    ORDER BY e.seq;
END
$$;
COMMENT ON FUNCTION convene.booking_history(uuid, uuid) IS
'Everything that happened to a booking, oldest first, for its participants, coordinators and admins.
Arguments: p_booking_id, the booking; p_actor_id, who looks.
Returns: one row for each event: what, from which status to which, who (NULL for the clock), further facts, when.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND (unknown, or not theirs to see).';
