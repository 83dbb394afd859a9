-- What guests see by their tokens. What they do by them is in the extension.

CREATE OR REPLACE FUNCTION convene.require_token(p_token_hash bytea, p_purpose text)
RETURNS TABLE (org_id integer, booking_id uuid, guest_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    RETURN QUERY
    SELECT t.org_id, t.booking_id, t.guest_id
    FROM convene.booking_action_tokens t
    WHERE t.token_hash = p_token_hash AND t.purpose = p_purpose AND t.replaced_at IS NULL
      AND t.expires_at > pg_catalog.clock_timestamp();
    IF NOT FOUND THEN
        PERFORM convene.refuse('ACTION_TOKEN_INVALID', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_token(bytea, text) IS
'The booking of a token that works. For use in other functions; granted to nobody.
Arguments: p_token_hash, SHA-256 of the token; p_purpose, what it must be good for.
Returns: one row.
Refuses: VALIDATION_ERROR (NULL), ACTION_TOKEN_INVALID.';

CREATE OR REPLACE FUNCTION convene.booking_of_token(p_token_hash bytea)
RETURNS TABLE (
    id uuid, status text, title text, organization_name text, organization_slug text, owner text, slug text,
    host_names text[], start_time timestamptz, end_time timestamptz, time_zone text, meeting_type text, location text,
    conference_url text, capacity integer, canceled_as text, cancellation_reason text, has_left boolean,
    created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    token record;
BEGIN
    SELECT * INTO token FROM convene.require_token(p_token_hash, 'view');
    RETURN QUERY
    SELECT
        b.id, b.status, t.title, o.name, o.slug::text, coalesce(team.slug::text, host.slug::text, t.host_id::text),
        t.slug::text,
        ARRAY(
            SELECT u.name
            FROM convene.booking_participants p
            JOIN convene.users u ON u.org_id = p.org_id AND u.id = p.user_id
            WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.role = 'host' AND p.status <> 'left'
            ORDER BY p.position
        ),
        b.start_time, b.end_time, g.time_zone::text, b.meeting_type,
        -- Where to meet is for those who are expected.
        CASE WHEN b.status = 'confirmed' AND NOT own.has_left THEN b.location END,
        CASE WHEN b.status = 'confirmed' AND NOT own.has_left THEN b.conference_url END,
        b.capacity, b.canceled_as, CASE WHEN b.status = 'canceled' THEN b.cancellation_reason END, own.has_left,
        b.created_at, b.updated_at
    FROM convene.bookings b
    JOIN convene.organizations o ON o.id = b.org_id
    JOIN convene.booking_guests g ON g.org_id = b.org_id AND g.id = token.guest_id
    CROSS JOIN LATERAL (
        SELECT NOT EXISTS (
            SELECT FROM convene.booking_participants p
            WHERE p.org_id = b.org_id AND p.booking_id = b.id AND p.guest_id = g.id AND p.status <> 'left'
        ) AS has_left
    ) AS own
    LEFT JOIN convene.event_types t ON t.org_id = b.org_id AND t.id = b.event_type_id
    LEFT JOIN convene.users host ON host.org_id = t.org_id AND host.id = t.host_id
    LEFT JOIN convene.teams team ON team.org_id = t.org_id AND team.id = t.team_id
    WHERE b.org_id = token.org_id AND b.id = token.booking_id;
END
$$;
COMMENT ON FUNCTION convene.booking_of_token(bytea) IS
'A guest''s booking, by their token to view it. It changes nothing.
Arguments: p_token_hash, SHA-256 of the token.
Returns: one row; location and conference_url while the meeting is confirmed and the guest is expected; owner and slug, of the
page on which it was booked; time_zone, the guest''s.
Refuses: VALIDATION_ERROR (NULL), ACTION_TOKEN_INVALID.';

CREATE OR REPLACE FUNCTION convene.guest_of_token(p_token_hash bytea)
RETURNS TABLE (
    id uuid, org_id integer, booking_id uuid, key_id text, contact bytea, email_index bytea, time_zone text,
    created_at timestamptz, erased_at timestamptz, status text, start_time timestamptz, end_time timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    token record;
BEGIN
    SELECT * INTO token FROM convene.require_token(p_token_hash, 'erase');
    RETURN QUERY
    SELECT
        g.id, g.org_id, g.booking_id, g.key_id, g.contact, g.email_index, g.time_zone::text, g.created_at, g.erased_at,
        b.status, b.start_time, b.end_time
    FROM convene.booking_guests g
    JOIN convene.bookings b ON b.org_id = g.org_id AND b.id = g.booking_id
    WHERE g.org_id = token.org_id AND g.id = token.guest_id;
END
$$;
COMMENT ON FUNCTION convene.guest_of_token(bytea) IS
'Everything that is known of a guest, sealed, by their token to have it erased. For the service, which opens it.
Arguments: p_token_hash, SHA-256 of the token.
Returns: one row.
Refuses: VALIDATION_ERROR (NULL), ACTION_TOKEN_INVALID.';

CREATE OR REPLACE FUNCTION convene.event_type_of_token(p_token_hash bytea, p_purpose text)
RETURNS TABLE (org_id integer, booking_id uuid, questions jsonb, time_zone text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    PERFORM convene.require_given(p_purpose, 'p_purpose');
    RETURN QUERY
    SELECT k.org_id, k.booking_id, t.questions, dates.time_zone
    FROM convene.booking_action_tokens k
    JOIN convene.bookings b ON b.org_id = k.org_id AND b.id = k.booking_id
    JOIN convene.event_types t ON t.org_id = b.org_id AND t.id = b.event_type_id AND t.deleted_at IS NULL
    CROSS JOIN LATERAL convene.bookable_dates(t.id) AS dates
    WHERE k.token_hash = p_token_hash AND k.purpose = p_purpose;
    IF NOT FOUND THEN
        PERFORM convene.refuse('ACTION_TOKEN_INVALID', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.event_type_of_token(bytea, text) IS
'What is asked for a booking, by a token of it, whether or not the token still works: for the service, before it seals.
Arguments: p_token_hash, SHA-256 of the token; p_purpose, what it must be good for.
Returns: one row: the tenant, the booking, the event type''s questions, and the zone of its hours.
Refuses: VALIDATION_ERROR (NULL), ACTION_TOKEN_INVALID.';
