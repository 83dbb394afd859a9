-- Private links: whoever has one may book an event type. The service makes the token, and nobody keeps it but as a hash.

CREATE OR REPLACE FUNCTION convene.require_own_event_type(p_actor_id uuid, p_event_type_id uuid)
RETURNS TABLE (org_id integer, host_id uuid, team_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    actor record;
    own   record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id) a;
    PERFORM convene.require_given(p_event_type_id, 'p_event_type_id');
    SELECT t.org_id, t.host_id, t.team_id INTO own
    FROM convene.event_types t
    WHERE t.org_id = actor.org_id AND t.id = p_event_type_id AND t.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse(
            'EVENT_TYPE_NOT_FOUND', pg_catalog.jsonb_build_object('event_type_id', p_event_type_id)
        );
    ELSIF NOT actor.is_staff AND own.host_id IS DISTINCT FROM actor.id AND NOT EXISTS (
        SELECT FROM convene.team_members m
        WHERE m.org_id = own.org_id AND m.team_id = own.team_id AND m.user_id = actor.id AND m.role = 'owner'
    ) THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', '{"action": "manage this event type"}');
    END IF;
    RETURN QUERY SELECT own.org_id, own.host_id, own.team_id;
END
$$;
COMMENT ON FUNCTION convene.require_own_event_type(uuid, uuid) IS
'Lets those pass who may manage an event type: its host, the owners of its team, coordinators and admins. For use in other
functions; granted to nobody.
Arguments: p_actor_id, the acting user; p_event_type_id, which.
Returns: one row: the organization, and whose it is.
Refuses: as require_actor does; VALIDATION_ERROR (NULL), EVENT_TYPE_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.create_event_type_link(
    p_actor_id      uuid,
    p_event_type_id uuid,
    p_token_hash    bytea,
    p_expires_at    timestamptz DEFAULT NULL,
    p_uses_most     integer DEFAULT NULL
) RETURNS TABLE (
    id uuid, event_type_id uuid, expires_at timestamptz, uses_most integer, uses integer, created_at timestamptz
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    most constant integer := 100;
    own  record;
    made record;
BEGIN
    SELECT * INTO own FROM convene.require_own_event_type(p_actor_id, p_event_type_id);
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    IF octet_length(p_token_hash) <> 32 THEN
        PERFORM convene.refuse_argument('p_token_hash', 'must be a SHA-256');
    ELSIF p_expires_at <= clock_timestamp() OR NOT isfinite(p_expires_at) THEN
        PERFORM convene.refuse_argument('p_expires_at', 'must be in the future');
    ELSIF p_uses_most NOT BETWEEN 1 AND 100000 THEN
        PERFORM convene.refuse_argument('p_uses_most', 'must be between 1 and 100000');
    END IF;
    -- Links of one event type are made one after the other, so that none is one too many.
    PERFORM FROM convene.event_types t
    WHERE t.org_id = own.org_id AND t.id = p_event_type_id AND t.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
    IF (
        SELECT count(*) FROM convene.event_type_links l
        WHERE l.org_id = own.org_id AND l.event_type_id = p_event_type_id AND l.revoked_at IS NULL
    ) >= most THEN
        PERFORM convene.refuse('TOO_MANY_EVENT_TYPE_LINKS', jsonb_build_object('most', most));
    END IF;
    INSERT INTO convene.event_type_links AS l (org_id, id, event_type_id, token_hash, expires_at, uses_most)
    VALUES (own.org_id, convene.new_id(own.org_id), p_event_type_id, p_token_hash, p_expires_at, p_uses_most)
    RETURNING l.id, l.event_type_id, l.expires_at, l.uses_most, l.uses, l.created_at INTO made;
    IF own.host_id IS DISTINCT FROM p_actor_id THEN
        PERFORM convene.audit(
            own.org_id, p_actor_id, 'create_event_type_link', 'event_type', p_event_type_id::text,
            jsonb_build_object('link_id', made.id)
        );
    END IF;
    RETURN QUERY SELECT made.id, made.event_type_id, made.expires_at, made.uses_most, made.uses, made.created_at;
END
$$;
COMMENT ON FUNCTION convene.create_event_type_link(uuid, uuid, bytea, timestamptz, integer) IS
'Makes a private link: whoever has it may book the event type, private or not. An event type has at most 100 of them.
Arguments: p_actor_id, the host, an owner of the team, or staff; p_event_type_id; p_token_hash, SHA-256 of the token in the
link; p_expires_at, when it stops working, NULL is never; p_uses_most, how many bookings can be made with it, 1 to 100,000,
NULL is unlimited.
Returns: the link, without its token.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND, NOT_AUTHORIZED, TOO_MANY_EVENT_TYPE_LINKS.';

CREATE OR REPLACE FUNCTION convene.list_event_type_links(p_actor_id uuid, p_event_type_id uuid)
RETURNS TABLE (
    id uuid, event_type_id uuid, expires_at timestamptz, uses_most integer, uses integer, created_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own record;
BEGIN
    SELECT * INTO own FROM convene.require_own_event_type(p_actor_id, p_event_type_id);
    RETURN QUERY
    SELECT l.id, l.event_type_id, l.expires_at, l.uses_most, l.uses, l.created_at
    FROM convene.event_type_links l
    WHERE l.org_id = own.org_id AND l.event_type_id = p_event_type_id AND l.revoked_at IS NULL
    ORDER BY l.created_at DESC, l.id DESC;
END
$$;
COMMENT ON FUNCTION convene.list_event_type_links(uuid, uuid) IS
'The private links of an event type, newest first: expired and used-up ones too, those taken back not. At most 100.
Arguments: p_actor_id, the host, an owner of the team, or staff; p_event_type_id.
Returns: the links, without their tokens.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.revoke_event_type_link(p_actor_id uuid, p_event_type_id uuid, p_link_id uuid)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own record;
BEGIN
    SELECT * INTO own FROM convene.require_own_event_type(p_actor_id, p_event_type_id);
    PERFORM convene.require_given(p_link_id, 'p_link_id');
    UPDATE convene.event_type_links l
    SET revoked_at = clock_timestamp()
    WHERE l.org_id = own.org_id AND l.id = p_link_id AND l.event_type_id = p_event_type_id AND l.revoked_at IS NULL;
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_LINK_NOT_FOUND', jsonb_build_object('link_id', p_link_id));
    END IF;
    IF own.host_id IS DISTINCT FROM p_actor_id THEN
        PERFORM convene.audit(
            own.org_id, p_actor_id, 'revoke_event_type_link', 'event_type', p_event_type_id::text,
            jsonb_build_object('link_id', p_link_id)
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.revoke_event_type_link(uuid, uuid, uuid) IS
'Takes a private link back: it books nothing any more. What was booked with it stays.
Arguments: p_actor_id, the host, an owner of the team, or staff; p_event_type_id; p_link_id.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND, NOT_AUTHORIZED,
EVENT_TYPE_LINK_NOT_FOUND (unknown, or taken back already).';
