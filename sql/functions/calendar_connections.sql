-- Connecting calendars, and choosing which of them count. The service seals tokens before they come here.

CREATE OR REPLACE FUNCTION convene.require_provider(p_provider text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.require_given(p_provider, 'p_provider');
    PERFORM convene.require_one_of(p_provider, ARRAY['google', 'microsoft'], 'p_provider');
END
$$;
COMMENT ON FUNCTION convene.require_provider(text) IS
'Checks the name of a calendar provider. For use in other functions; granted to nobody.
Arguments: p_provider.
Refuses: VALIDATION_ERROR unless it is google or microsoft.';

CREATE OR REPLACE FUNCTION convene.start_calendar_connection(
    p_actor_id uuid, p_provider text, p_state_hash bytea, p_key_id text, p_verifier bytea
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_provider(p_provider);
    PERFORM convene.require_given(p_state_hash, 'p_state_hash');
    PERFORM convene.require_given(p_key_id, 'p_key_id');
    PERFORM convene.require_given(p_verifier, 'p_verifier');
    DELETE FROM convene.calendar_connect_states s
    WHERE s.ctid = ANY (ARRAY(
        SELECT o.ctid FROM convene.calendar_connect_states o
        WHERE o.expires_at < clock_timestamp() LIMIT 100 FOR UPDATE SKIP LOCKED
    ));
    INSERT INTO convene.calendar_connect_states (org_id, id, user_id, provider, state_hash, key_id, verifier, expires_at)
    VALUES (
        actor.org_id, convene.new_id(actor.org_id), actor.id, p_provider, p_state_hash, p_key_id, p_verifier,
        clock_timestamp() + interval '10 minutes'
    );
END
$$;
COMMENT ON FUNCTION convene.start_calendar_connection(uuid, text, bytea, text, bytea) IS
'Notes that a user is sent to a provider to connect a calendar; they must come back within ten minutes.
Arguments: p_actor_id, who; p_provider, google or microsoft; p_state_hash, SHA-256 of the state they come back with;
p_key_id and p_verifier, the PKCE verifier as the service sealed it.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.take_calendar_state(p_actor_id uuid, p_provider text, p_state_hash bytea)
RETURNS TABLE (key_id text, verifier bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_provider(p_provider);
    PERFORM convene.require_given(p_state_hash, 'p_state_hash');
    RETURN QUERY
    DELETE FROM convene.calendar_connect_states s
    WHERE s.state_hash = p_state_hash AND s.org_id = actor.org_id AND s.user_id = actor.id
      AND s.provider = p_provider AND s.expires_at > clock_timestamp()
    RETURNING s.key_id, s.verifier;
    IF NOT FOUND THEN
        PERFORM convene.refuse('CALENDAR_STATE_INVALID', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.take_calendar_state(uuid, text, bytea) IS
'Uses up the state a user came back with, once.
Arguments: as start_calendar_connection was given them.
Returns: the sealed verifier.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, CALENDAR_STATE_INVALID (unknown, used, too old, or somebody
else''s).';

CREATE OR REPLACE FUNCTION convene.list_calendar_connections(p_actor_id uuid, p_connection_id uuid DEFAULT NULL)
RETURNS TABLE (
    id uuid, provider text, account text, status text, synced_at timestamptz, sync_error text, is_known boolean,
    created_at timestamptz, calendars jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    RETURN QUERY
    SELECT
        c.id, c.provider, c.account, c.status, c.synced_at, coalesce(c.reconnect_reason, w.last_error),
        coalesce(c.synced_at > clock_timestamp() - o.calendar_stale_minutes * interval '1 minute', false),
        c.created_at,
        (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'calendar_id', k.calendar_id, 'name', k.name, 'time_zone', k.time_zone,
                    'is_primary', k.is_primary, 'can_write', k.can_write, 'is_read', k.is_read,
                    'is_written', k.is_written, 'error', k.error
                ) ORDER BY k.is_primary DESC, k.name, k.calendar_id
            ), '[]')
            FROM convene.calendars k WHERE k.org_id = c.org_id AND k.connection_id = c.id
        )
    FROM convene.calendar_connections c
    JOIN convene.organizations o ON o.id = c.org_id
    LEFT JOIN convene.work_items w ON w.org_id = c.org_id AND w.queue = 'calendar_syncs' AND w.subject_id = c.id
    WHERE c.org_id = actor.org_id AND c.user_id = actor.id
      AND (p_connection_id IS NULL OR c.id = p_connection_id)
    ORDER BY c.created_at, c.id;
    IF p_connection_id IS NOT NULL AND NOT FOUND THEN
        PERFORM convene.refuse('CALENDAR_CONNECTION_NOT_FOUND', jsonb_build_object('connection_id', p_connection_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.list_calendar_connections(uuid, uuid) IS
'A user''s connected calendar accounts.
Arguments: p_actor_id, the user; p_connection_id, only that one, NULL for all.
Returns: a row each, oldest first: status connected or needs_reconnect; synced_at, as of when busy time is known;
sync_error, why it was last not read; is_known, whether it was read recently enough to book on; calendars, an array of
objects.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, CALENDAR_CONNECTION_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.connect_calendar(
    p_actor_id uuid, p_provider text, p_subject text, p_account text, p_scopes text[], p_key_id text, p_tokens bytea,
    p_token_expires_at timestamptz, p_calendars jsonb
)
RETURNS TABLE (org_id integer, connection_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor   record;
    present record;
    connected uuid;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_provider(p_provider);
    PERFORM convene.require_given(p_subject, 'p_subject');
    PERFORM convene.require_given(p_key_id, 'p_key_id');
    PERFORM convene.require_given(p_tokens, 'p_tokens');
    PERFORM convene.require_given(p_token_expires_at, 'p_token_expires_at');
    IF p_calendars IS NULL OR jsonb_typeof(p_calendars) <> 'array' THEN
        PERFORM convene.refuse_argument('p_calendars', 'must be an array');
    END IF;
    -- One connection at a time for a user: which are there decides what is chosen.
    PERFORM FROM convene.users u WHERE u.org_id = actor.org_id AND u.id = actor.id FOR NO KEY UPDATE;
    PERFORM convene.lock_bookings(actor.org_id, convene.meetings_ahead(actor.org_id, actor.id));
    SELECT c.id, c.subject INTO present
    FROM convene.calendar_connections c
    WHERE c.org_id = actor.org_id AND c.user_id = actor.id AND c.provider = p_provider
    FOR UPDATE;
    -- Another account: nothing that was known or written there is of use.
    IF present.id IS NOT NULL AND present.subject IS DISTINCT FROM p_subject THEN
        PERFORM convene.remove_connections(actor.org_id, ARRAY[present.id]);
    END IF;
    INSERT INTO convene.calendar_connections AS c (
        org_id, id, user_id, provider, subject, account, scopes, key_id, tokens, token_expires_at, listed_at
    )
    VALUES (
        actor.org_id, convene.new_id(actor.org_id), actor.id, p_provider, p_subject, p_account, coalesce(p_scopes, '{}'),
        p_key_id, p_tokens, p_token_expires_at, clock_timestamp()
    )
    ON CONFLICT (org_id, user_id, provider) DO UPDATE
    SET status = 'connected', account = EXCLUDED.account, scopes = EXCLUDED.scopes, key_id = EXCLUDED.key_id,
        tokens = EXCLUDED.tokens, token_expires_at = EXCLUDED.token_expires_at, listed_at = EXCLUDED.listed_at,
        reconnect_reason = NULL, updated_at = clock_timestamp()
    RETURNING c.id INTO connected;
    PERFORM convene.store_calendars(actor.org_id, connected, p_calendars);
    PERFORM convene.restart_work(
        'calendar_syncs', ARRAY[actor.org_id], ARRAY[connected], ARRAY[p_provider], ARRAY[NULL::uuid],
        ARRAY[clock_timestamp()]
    );
    PERFORM convene.restart_work(
        'token_refreshes', ARRAY[actor.org_id], ARRAY[connected], ARRAY[p_provider], ARRAY[NULL::uuid],
        ARRAY[convene.token_refresh_at(p_token_expires_at)]
    );
    -- What waited for the account, and the meetings that are ahead.
    PERFORM convene.enqueue_writebacks(actor.org_id, ARRAY(
        SELECT e.id FROM convene.booking_external_events e
        WHERE e.org_id = actor.org_id AND e.connection_id = connected AND e.status = 'pending'
    ));
    PERFORM convene.plan_writebacks(actor.org_id, convene.meetings_ahead(actor.org_id, actor.id));
    RETURN QUERY SELECT actor.org_id, connected;
END
$$;
COMMENT ON FUNCTION convene.connect_calendar(uuid, text, text, text, text[], text, bytea, timestamptz, jsonb) IS
'Connects a calendar account, or connects it again. At first its main calendar is read and written to; a choice that was
made before stays. The user''s meetings ahead are owed to it.
Arguments: p_actor_id, whose; p_provider, google or microsoft; p_subject, what the account is known by there for good;
p_account, its address, which may change; p_scopes, what was granted; p_key_id and p_tokens, the tokens as the service sealed them; p_token_expires_at, when the access token ends;
p_calendars, an array of {id, name, time_zone, is_primary, can_write}.
Returns: one row, the connection''s key.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.store_calendars(p_org_id integer, p_connection_id uuid, p_calendars jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    INSERT INTO convene.calendars AS k (
        org_id, connection_id, calendar_id, name, time_zone, is_primary, can_write
    )
    SELECT
        p_org_id, p_connection_id, c.id, coalesce(c.name, c.id), c.time_zone, coalesce(c.is_primary, false),
        coalesce(c.can_write, false)
    FROM jsonb_to_recordset(p_calendars) AS c (
        id text, name text, time_zone text, is_primary boolean, can_write boolean
    )
    WHERE c.id IS NOT NULL
    ON CONFLICT (org_id, connection_id, calendar_id) DO UPDATE
    SET name = EXCLUDED.name, time_zone = EXCLUDED.time_zone, is_primary = EXCLUDED.is_primary,
        can_write = EXCLUDED.can_write, is_written = k.is_written AND EXCLUDED.can_write;
    -- Gone at the provider, and in no use here. One that is read stays, with its error: its user should know.
    DELETE FROM convene.calendars k
    WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id AND NOT k.is_read
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(p_calendars) c WHERE c ->> 'id' = k.calendar_id);
    IF NOT EXISTS (
        SELECT FROM convene.calendars k
        WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id AND (k.is_read OR k.is_written)
    ) THEN
        UPDATE convene.calendars k
        SET is_read = true, is_written = k.can_write
        WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id
          AND k.calendar_id = (
              SELECT f.calendar_id FROM convene.calendars f
              WHERE f.org_id = p_org_id AND f.connection_id = p_connection_id
              ORDER BY f.is_primary DESC, f.can_write DESC, f.calendar_id
              LIMIT 1
          );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.store_calendars(integer, uuid, jsonb) IS
'Keeps the list of an account''s calendars; chooses the main one where none is chosen. For use in other functions;
granted to nobody.
Arguments: p_org_id and p_connection_id, the account; p_calendars, as connect_calendar gets them.';

CREATE OR REPLACE FUNCTION convene.select_calendars(
    p_actor_id uuid, p_connection_id uuid, p_read text[], p_written text
)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor   record;
    unknown text;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_connection_id, 'p_connection_id');
    PERFORM convene.require_given(p_read, 'p_read');
    PERFORM convene.lock_bookings(actor.org_id, convene.meetings_ahead(actor.org_id, actor.id));
    PERFORM FROM convene.calendar_connections c
    WHERE c.org_id = actor.org_id AND c.id = p_connection_id AND c.user_id = actor.id
    FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('CALENDAR_CONNECTION_NOT_FOUND', jsonb_build_object('connection_id', p_connection_id));
    END IF;
    SELECT w.id INTO unknown
    FROM unnest(p_read || p_written) AS w (id)
    WHERE w.id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.calendars k
        WHERE k.org_id = actor.org_id AND k.connection_id = p_connection_id AND k.calendar_id = w.id
    )
    LIMIT 1;
    IF FOUND THEN
        PERFORM convene.refuse_argument('p_read', format('names %s, which is none of its calendars', to_json(unknown)));
    END IF;
    IF cardinality(p_read) = 0 OR array_position(p_read, NULL) IS NOT NULL THEN
        PERFORM convene.refuse_argument('p_read', 'must name at least one calendar, and no NULL');
    END IF;
    IF p_written IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.calendars k
        WHERE k.org_id = actor.org_id AND k.connection_id = p_connection_id AND k.calendar_id = p_written AND k.can_write
    ) THEN
        PERFORM convene.refuse_argument('p_written', 'must be a calendar that can be written to');
    END IF;
    -- In two steps, because only one is written to at any moment.
    UPDATE convene.calendars k
    SET is_written = false
    WHERE k.org_id = actor.org_id AND k.connection_id = p_connection_id AND k.is_written
      AND k.calendar_id IS DISTINCT FROM p_written;
    UPDATE convene.calendars k
    SET is_read = k.calendar_id = ANY (p_read), is_written = k.calendar_id IS NOT DISTINCT FROM p_written,
        error = CASE WHEN k.calendar_id = ANY (p_read) THEN k.error END,
        cursor = CASE WHEN k.calendar_id IS NOT DISTINCT FROM p_written AND k.is_written THEN k.cursor END
    WHERE k.org_id = actor.org_id AND k.connection_id = p_connection_id;
    -- Until the chosen calendars have been read, nothing is known.
    DELETE FROM convene.calendar_busy_windows w
    WHERE w.org_id = actor.org_id AND w.connection_id = p_connection_id AND w.calendar_id <> ALL (p_read);
    UPDATE convene.calendar_connections c
    SET synced_at = NULL, updated_at = clock_timestamp()
    WHERE c.org_id = actor.org_id AND c.id = p_connection_id;
    -- Whoever reads the account reads what was chosen before.
    PERFORM convene.restart_work(
        'calendar_syncs', ARRAY[c.org_id], ARRAY[c.id], ARRAY[c.provider], ARRAY[NULL::uuid], ARRAY[clock_timestamp()]
    )
    FROM convene.calendar_connections c
    WHERE c.org_id = actor.org_id AND c.id = p_connection_id AND c.status = 'connected';
    -- Where nothing was written to before, meetings ahead are owed now.
    PERFORM convene.plan_writebacks(actor.org_id, convene.meetings_ahead(actor.org_id, actor.id));
END
$$;
COMMENT ON FUNCTION convene.select_calendars(uuid, uuid, text[], text) IS
'Chooses which calendars of an account make its user busy, and to which one bookings are written. Until they have been
read, the user''s busy time is not known.
Arguments: p_actor_id, the user; p_connection_id, the account; p_read, ids of calendars, at least one; p_written, the id
of one that can be written to, NULL for none.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, CALENDAR_CONNECTION_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.remove_connections(p_org_id integer, p_connections uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    writebacks uuid[];
BEGIN
    PERFORM FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = ANY (p_connections)
    ORDER BY c.id
    FOR UPDATE;
    writebacks := ARRAY(
        SELECT e.id FROM convene.booking_external_events e
        WHERE e.org_id = p_org_id AND e.connection_id = ANY (p_connections)
    );
    -- With their calendars, busy windows, channels and events.
    DELETE FROM convene.calendar_connections c WHERE c.org_id = p_org_id AND c.id = ANY (p_connections);
    PERFORM convene.remove_work('calendar_syncs', p_org_id, p_connections);
    PERFORM convene.remove_work('token_refreshes', p_org_id, p_connections);
    PERFORM convene.remove_work('writebacks', p_org_id, writebacks);
END
$$;
COMMENT ON FUNCTION convene.remove_connections(integer, uuid[]) IS
'Removes accounts with everything that is known of them and owed to them. For use in other functions; granted to nobody.
Arguments: p_org_id; p_connections, the accounts.';

CREATE OR REPLACE FUNCTION convene.disconnect_calendar(p_actor_id uuid, p_connection_id uuid)
RETURNS TABLE (user_id uuid, provider text, key_id text, tokens bytea, ends_grant boolean, channels jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_connection_id, 'p_connection_id');
    RETURN QUERY
    SELECT
        c.user_id, c.provider, c.key_id, c.tokens,
        NOT EXISTS (
            SELECT FROM convene.calendar_connections o
            WHERE o.provider = c.provider AND o.subject = c.subject AND o.status = 'connected'
              AND (o.org_id, o.id) <> (c.org_id, c.id)
        ),
        (
            SELECT coalesce(jsonb_agg(jsonb_build_array(h.remote_id, h.resource_id)), '[]')
            FROM convene.calendar_channels h
            WHERE h.org_id = c.org_id AND h.connection_id = c.id AND h.remote_id IS NOT NULL
        )
    FROM convene.calendar_connections c
    WHERE c.org_id = actor.org_id AND c.id = p_connection_id AND c.user_id = actor.id
    FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('CALENDAR_CONNECTION_NOT_FOUND', jsonb_build_object('connection_id', p_connection_id));
    END IF;
    PERFORM convene.remove_connections(actor.org_id, ARRAY[p_connection_id]);
END
$$;
COMMENT ON FUNCTION convene.disconnect_calendar(uuid, uuid) IS
'Disconnects a calendar account: its tokens, busy windows and what it is owed are removed at once. Events already in the
calendar stay there.
Arguments: p_actor_id, the user; p_connection_id, the account.
Returns: the sealed tokens; ends_grant, whether the service is to revoke them: no, where somebody else has connected the
same account, whose tokens would end, too; and the push channels, [id, resource id] each, to be stopped.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, CALENDAR_CONNECTION_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.calendar_grant_is_used(p_provider text, p_subject text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM convene.calendar_connections c
        WHERE c.provider = p_provider AND c.subject = p_subject AND c.status = 'connected'
    )
$$;
COMMENT ON FUNCTION convene.calendar_grant_is_used(text, text) IS
'Whether anybody, of any organization, has connected an account, so that its grant must not be revoked. For the service.
Arguments: p_provider, google or microsoft; p_subject, what the account is known by there.
Returns: true or false.';

CREATE OR REPLACE FUNCTION convene.request_calendar_sync(p_actor_id uuid, p_connection_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor      record;
    connection record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_connection_id, 'p_connection_id');
    -- With its list of calendars: somebody may look for one that they just made.
    UPDATE convene.calendar_connections c
    SET listed_at = NULL
    WHERE c.org_id = actor.org_id AND c.id = p_connection_id AND c.user_id = actor.id
    RETURNING c.status, c.provider INTO connection;
    IF NOT FOUND THEN
        PERFORM convene.refuse('CALENDAR_CONNECTION_NOT_FOUND', jsonb_build_object('connection_id', p_connection_id));
    END IF;
    IF connection.status = 'connected' THEN
        PERFORM convene.enqueue_work(
            'calendar_syncs', ARRAY[actor.org_id], ARRAY[p_connection_id], ARRAY[connection.provider],
            ARRAY[NULL::uuid], ARRAY[clock_timestamp()]
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.request_calendar_sync(uuid, uuid) IS
'Has an account and the list of its calendars read again as soon as a worker is free.
Arguments: p_actor_id, the user; p_connection_id, the account.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, CALENDAR_CONNECTION_NOT_FOUND.';
