-- Reading external calendars and refreshing their tokens, for the workers. A claim on the work (queues calendar_syncs and
-- token_refreshes) keeps two from doing that to one account at once; whoever lost theirs stores nothing.

CREATE OR REPLACE FUNCTION convene.connection_tokens(p_org_id integer, p_connection_id uuid)
RETURNS TABLE (user_id uuid, provider text, status text, key_id text, tokens bytea, token_expires_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    -- In PL/pgSQL, as every call to a provider begins with it: a function in SQL would be planned anew each time.
    RETURN QUERY
    SELECT c.user_id, c.provider, c.status, c.key_id, c.tokens, c.token_expires_at
    FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.tokens IS NOT NULL;
END
$$;
COMMENT ON FUNCTION convene.connection_tokens(integer, uuid) IS
'The sealed tokens of an account. For the workers.
Arguments: p_org_id and p_connection_id, the account.
Returns: one row; none when it was disconnected.';

CREATE OR REPLACE FUNCTION convene.token_refresh_at(p_token_expires_at timestamptz) RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    -- A token may live for less than ten minutes.
    SELECT greatest(
        p_token_expires_at - interval '10 minutes', pg_catalog.clock_timestamp() + interval '1 minute'
    )
$$;
COMMENT ON FUNCTION convene.token_refresh_at(timestamptz) IS
'When a token is refreshed, so that no booking waits for it. For use in other functions; granted to nobody.
Arguments: p_token_expires_at, when it ends.';

CREATE OR REPLACE FUNCTION convene.store_tokens(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_key_id text, p_tokens bytea, p_token_expires_at timestamptz
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    lane text;
BEGIN
    UPDATE convene.calendar_connections c
    SET key_id = p_key_id, tokens = p_tokens, token_expires_at = p_token_expires_at
    WHERE c.org_id = p_org_id AND c.id = p_connection_id
      AND convene.holds_work('token_refreshes', p_org_id, p_connection_id, p_lease)
    RETURNING c.provider INTO lane;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM convene.enqueue_work(
        'token_refreshes', ARRAY[p_org_id], ARRAY[p_connection_id], ARRAY[lane], ARRAY[NULL::uuid],
        ARRAY[convene.token_refresh_at(p_token_expires_at)]
    );
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.store_tokens(integer, uuid, uuid, text, bytea, timestamptz) IS
'Keeps refreshed tokens, which are refreshed again ten minutes before they end. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, the claim on queue token_refreshes; p_key_id and p_tokens,
sealed; p_token_expires_at, when the access token ends.
Returns: false when the claim was lost, and nothing kept.';

CREATE OR REPLACE FUNCTION convene.mark_needs_reconnect(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_reason text
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    marked record;
BEGIN
    UPDATE convene.calendar_connections c
    SET status = 'needs_reconnect', reconnect_reason = left(p_reason, 200)
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.status = 'connected'
      -- Who connected again meanwhile has another grant.
      AND (p_lease IS NULL OR convene.holds_work('token_refreshes', p_org_id, p_connection_id, p_lease))
    RETURNING c.user_id, c.provider INTO marked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Connecting it again puts everything back.
    PERFORM convene.remove_work('calendar_syncs', p_org_id, ARRAY[p_connection_id]);
    PERFORM convene.remove_work('token_refreshes', p_org_id, ARRAY[p_connection_id]);
    PERFORM convene.remove_work('writebacks', p_org_id, ARRAY(
        SELECT e.id FROM convene.booking_external_events e
        WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.status = 'pending'
    ));
    INSERT INTO convene.notification_log (org_id, id, user_id, kind, facts)
    VALUES (
        p_org_id, convene.new_id(p_org_id), marked.user_id, 'calendar_needs_reconnect',
        jsonb_build_object('connection_id', p_connection_id, 'provider', marked.provider)
    );
END
$$;
COMMENT ON FUNCTION convene.mark_needs_reconnect(integer, uuid, uuid, text) IS
'Notes that an account''s grant has ended: nothing is tried again until its user, who is told once, connects it anew.
For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, of the refresh that failed, NULL for another call;
p_reason, the provider''s word.';

CREATE OR REPLACE FUNCTION convene.sync_plan(p_org_id integer, p_connection_id uuid)
RETURNS TABLE (
    read_calendars text[], time_zone text, from_time timestamptz, to_time timestamptz,
    written_calendar text, cursor text, cursor_from timestamptz, cursor_to timestamptz, lists_calendars boolean
)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT
        ARRAY(
            SELECT k.calendar_id FROM convene.calendars k
            WHERE k.org_id = c.org_id AND k.connection_id = c.id AND k.is_read
            ORDER BY k.calendar_id
        ),
        u.time_zone,
        clock_timestamp(),
        clock_timestamp() + (o.slot_horizon_days + 2) * interval '1 day',
        written.calendar_id,
        CASE WHEN written.is_current THEN written.cursor END,
        CASE WHEN written.is_current THEN written.cursor_from ELSE clock_timestamp() END,
        CASE
            WHEN written.is_current THEN written.cursor_to
            ELSE clock_timestamp() + (o.slot_horizon_days + 10) * interval '1 day'
        END,
        -- Its user seldom makes another calendar, and every call counts against the provider's quota.
        coalesce(c.listed_at < clock_timestamp() - interval '1 day', true)
    FROM convene.calendar_connections c
    JOIN convene.users u ON u.org_id = c.org_id AND u.id = c.user_id
    JOIN convene.organizations o ON o.id = c.org_id
    LEFT JOIN LATERAL (
        SELECT
            k.calendar_id, k.cursor, k.cursor_from, k.cursor_to,
            -- A token follows events in its own window. It is begun anew every week, so that the window moves on.
            k.cursor IS NOT NULL AND k.cursor_from > clock_timestamp() - interval '7 days'
                AND k.cursor_to > clock_timestamp() + o.slot_horizon_days * interval '1 day' AS is_current
        FROM convene.calendars k
        WHERE k.org_id = c.org_id AND k.connection_id = c.id AND k.is_written
    ) written ON true
    WHERE c.org_id = p_org_id AND c.id = p_connection_id
$$;
COMMENT ON FUNCTION convene.sync_plan(integer, uuid) IS
'What to read of an account. For the workers.
Arguments: p_org_id and p_connection_id, the account.
Returns: the calendars that make its user busy, the user''s zone, and what time to ask about: from now on for the
organization''s slot horizon, and a margin; the calendar that bookings are written to, and the provider''s sync token with
its window, NULL when one is to be begun; lists_calendars, whether the list of its calendars is to be fetched: once a day,
and when its user asks.';

CREATE OR REPLACE FUNCTION convene.store_busy_windows(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_as_of timestamptz, p_until timestamptz, p_windows jsonb,
    p_faults jsonb
) RETURNS TABLE (is_whole boolean, next_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    owner     record;
    stale     interval;
    all_read  boolean := p_faults = '{}';
    -- Our own events are no reason against a booking: the bookings themselves are.
    ours      tstzmultirange;
BEGIN
    SELECT c.user_id, c.synced_at INTO owner
    FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = p_connection_id
    FOR UPDATE;
    IF NOT FOUND OR NOT convene.holds_work('calendar_syncs', p_org_id, p_connection_id, p_lease) THEN
        RETURN;
    END IF;
    SELECT coalesce(range_agg(own.taken), '{}') INTO ours
    FROM (
        SELECT e.written AS taken
        FROM convene.booking_external_events e
        WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.written IS NOT NULL
          AND e.owner_change IS NULL AND upper(e.written) > clock_timestamp()
          -- One that should be gone is waited for, but not for long: something else may be under it.
          AND (e.operation <> 'cancel' OR e.updated_at > clock_timestamp() - interval '5 minutes')
        UNION ALL
        -- Perhaps written: the answer may have been lost.
        SELECT e.wanted
        FROM convene.booking_external_events e
        WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.status = 'pending' AND e.begun
          AND e.operation <> 'cancel' AND upper(e.wanted) > clock_timestamp()
    ) own;
    DELETE FROM convene.calendar_busy_windows w
    WHERE w.org_id = p_org_id AND w.connection_id = p_connection_id AND NOT p_faults ? w.calendar_id;
    INSERT INTO convene.calendar_busy_windows (org_id, id, user_id, connection_id, calendar_id, busy)
    SELECT p_org_id, convene.new_id(p_org_id), owner.user_id, p_connection_id, read.calendar_id, piece.busy
    FROM (
        SELECT w.calendar_id, range_agg(tstzrange(w.start_time, w.end_time)) AS busy
        FROM jsonb_to_recordset(p_windows) AS w (calendar_id text, start_time timestamptz, end_time timestamptz)
        WHERE w.start_time < w.end_time AND NOT p_faults ? w.calendar_id
        GROUP BY w.calendar_id
    ) read
    CROSS JOIN LATERAL unnest(read.busy - ours) AS piece (busy);
    UPDATE convene.calendars k
    SET error = p_faults ->> k.calendar_id
    WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id AND k.error IS DISTINCT FROM p_faults ->> k.calendar_id;
    UPDATE convene.calendar_connections c
    SET synced_at = p_as_of, synced_until = p_until
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND all_read;
    SELECT o.calendar_stale_minutes * interval '1 minute' INTO stale FROM convene.organizations o WHERE o.id = p_org_id;
    RETURN QUERY SELECT all_read, clock_timestamp() + stale / 2;
END
$$;
COMMENT ON FUNCTION convene.store_busy_windows(integer, uuid, uuid, timestamptz, timestamptz, jsonb, jsonb) IS
'Keeps what an account''s calendars said, without our own events. A calendar that could not be read keeps what was known
of it, and then the account is not known as of now. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, the claim on queue calendar_syncs; p_as_of, when reading
began; p_until, up to when was read; p_windows, an array of {calendar_id, start_time, end_time}; p_faults, an object of
reasons by the id of calendars that could not be read.
Returns: one row, none when the claim was lost and nothing was kept: is_whole, whether every calendar was read; next_at,
when to read the account again, in half of the time after which it would be stale.';

CREATE OR REPLACE FUNCTION convene.refresh_calendars(
    p_org_id integer, p_connection_id uuid, p_calendars jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    UPDATE convene.calendar_connections c
    SET listed_at = clock_timestamp()
    WHERE c.org_id = p_org_id AND c.id = p_connection_id;
    IF FOUND THEN
        PERFORM convene.store_calendars(p_org_id, p_connection_id, p_calendars);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.refresh_calendars(integer, uuid, jsonb) IS
'Keeps the list of an account''s calendars as it is at the provider. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_calendars, as connect_calendar gets them.';

CREATE OR REPLACE FUNCTION convene.calendar_changed(
    p_channel_ids uuid[], p_remote_ids text[], p_secret_hashes bytea[], p_are_over boolean[]
) RETURNS TABLE (nth integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    told    record;
    watched record;
BEGIN
    IF greatest(cardinality(p_channel_ids), cardinality(p_remote_ids)) > 1000 THEN
        PERFORM convene.refuse_argument('p_remote_ids', 'must be at most 1000');
    END IF;
    SELECT array_agg(k.nth) AS all_nth, array_agg(k.id) FILTER (WHERE k.is_over) AS over_ids, array_agg(k.id) AS ids
    INTO told
    FROM (
        SELECT t.nth::integer AS nth, t.is_over, c.id
        FROM unnest(p_channel_ids, p_remote_ids, p_secret_hashes, p_are_over)
            WITH ORDINALITY AS t (channel_id, remote_id, secret_hash, is_over, nth)
        CROSS JOIN LATERAL (
            SELECT h.id FROM convene.calendar_channels h WHERE h.id = t.channel_id AND h.secret_hash = t.secret_hash
            UNION ALL
            SELECT h.id FROM convene.calendar_channels h
            WHERE h.remote_id = t.remote_id AND h.secret_hash = t.secret_hash
        ) AS c
    ) AS k;
    -- A new channel is opened when its account is read.
    UPDATE convene.calendar_channels h SET expires_at = clock_timestamp() WHERE h.id = ANY (told.over_ids);
    SELECT array_agg(h.org_id) AS org_ids, array_agg(h.connection_id) AS connections INTO watched
    FROM (
        SELECT DISTINCT c.org_id, c.connection_id FROM convene.calendar_channels c WHERE c.id = ANY (told.ids)
    ) h;
    IF watched.connections IS NULL THEN
        RETURN;
    END IF;
    PERFORM convene.expedite_work(
        'calendar_syncs', watched.org_ids, watched.connections,
        array_fill(clock_timestamp(), ARRAY[cardinality(watched.connections)])
    );
    RETURN QUERY SELECT DISTINCT n FROM unnest(told.all_nth) AS n ORDER BY n;
END
$$;
COMMENT ON FUNCTION convene.calendar_changed(uuid[], text[], bytea[], boolean[]) IS
'Takes a provider''s word that calendars changed: their accounts are read at once. For the service.
Arguments: as many in each array, at most 1,000: p_channel_ids, Google''s channels, or p_remote_ids, Microsoft''s
subscriptions, the others NULL; p_secret_hashes, SHA-256 of the token that came with each; p_are_over, whether the
provider says that it stops pushing.
Returns: which of them, counted from 1, are channels, and came with their own token.
Refuses: VALIDATION_ERROR for more.';

CREATE OR REPLACE FUNCTION convene.calendar_channels_to_open(p_org_id integer, p_connection_id uuid)
RETURNS TABLE (calendar_id text)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT k.calendar_id
    FROM convene.calendars k
    WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id AND (k.is_read OR k.is_written)
      AND NOT EXISTS (
          SELECT FROM convene.calendar_channels h
          WHERE h.org_id = k.org_id AND h.connection_id = k.connection_id AND h.calendar_id = k.calendar_id
            AND (h.expires_at > clock_timestamp() + interval '1 day'
                 OR (h.remote_id IS NULL AND h.expires_at > clock_timestamp()))
      )
$$;
COMMENT ON FUNCTION convene.calendar_channels_to_open(integer, uuid) IS
'The calendars in use that are not watched, or not for another day. For the workers.
Arguments: p_org_id and p_connection_id, the account.
Returns: a row each.';

CREATE OR REPLACE FUNCTION convene.open_calendar_channel(
    p_org_id integer, p_connection_id uuid, p_calendar_id text, p_secret_hash bytea
) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    DELETE FROM convene.calendar_channels h
    WHERE h.org_id = p_org_id AND h.connection_id = p_connection_id AND h.calendar_id = p_calendar_id
      AND h.remote_id IS NULL AND h.expires_at < clock_timestamp();
    -- Known before the provider is asked, because it may push before it answers. What it refuses is asked again later.
    INSERT INTO convene.calendar_channels (org_id, id, connection_id, calendar_id, secret_hash, expires_at)
    VALUES (p_org_id, convene.new_id(p_org_id), p_connection_id, p_calendar_id, p_secret_hash, clock_timestamp() + interval '1 hour')
    RETURNING id
$$;
COMMENT ON FUNCTION convene.open_calendar_channel(integer, uuid, text, bytea) IS
'Notes a push channel that is about to be asked for. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_calendar_id, what is watched; p_secret_hash, SHA-256 of the token
that notifications will carry.
Returns: the channel''s id.';

CREATE OR REPLACE FUNCTION convene.keep_calendar_channel(
    p_org_id integer, p_channel_id uuid, p_remote_id text, p_resource_id text, p_expires_at timestamptz
) RETURNS TABLE (remote_id text, resource_id text)
LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH opened AS (
        UPDATE convene.calendar_channels h
        SET remote_id = p_remote_id, resource_id = p_resource_id, expires_at = p_expires_at
        WHERE h.org_id = p_org_id AND h.id = p_channel_id
        RETURNING h.connection_id, h.calendar_id
    )
    DELETE FROM convene.calendar_channels h
    USING opened
    WHERE h.org_id = p_org_id AND h.connection_id = opened.connection_id AND h.calendar_id = opened.calendar_id
      AND h.id <> p_channel_id
    RETURNING h.remote_id, h.resource_id
$$;
COMMENT ON FUNCTION convene.keep_calendar_channel(integer, uuid, text, text, timestamptz) IS
'Notes that a provider made a channel. For the workers.
Arguments: p_org_id and p_channel_id, the channel; p_remote_id and p_resource_id, the provider''s; p_expires_at, until
when it pushes.
Returns: the channels it replaces, to be stopped.';

CREATE OR REPLACE FUNCTION convene.refuse_calendar_channel(p_org_id integer, p_channel_id uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_channels h
    SET expires_at = clock_timestamp() + interval '7 days'
    WHERE h.org_id = p_org_id AND h.id = p_channel_id AND h.remote_id IS NULL
$$;
COMMENT ON FUNCTION convene.refuse_calendar_channel(integer, uuid) IS
'Notes that a calendar cannot be watched: the provider is not asked again for a week. For the workers.
Arguments: p_org_id and p_channel_id, the channel that was asked for.';
