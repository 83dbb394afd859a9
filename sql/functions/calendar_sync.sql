-- Reading external calendars, for the workers: who is due, who may, and what came of it. A lease keeps two from reading
-- one account at once; whoever lost theirs stores nothing.

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

CREATE OR REPLACE FUNCTION convene.claim_token_refresh(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_seconds integer
) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH claimed AS (
        UPDATE convene.calendar_connections c
        SET refresh_lease = p_lease, refresh_until = clock_timestamp() + p_seconds * interval '1 second'
        WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.status = 'connected'
          AND coalesce(c.refresh_until < clock_timestamp(), true)
        RETURNING c.id
    )
    SELECT EXISTS (SELECT FROM claimed)
$$;
COMMENT ON FUNCTION convene.claim_token_refresh(integer, uuid, uuid, integer) IS
'Claims the right to refresh an account''s tokens. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, made up by the caller; p_seconds, how long it is to hold.
Returns: whether the caller has it; if not, somebody else is refreshing.';

CREATE OR REPLACE FUNCTION convene.store_tokens(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_key_id text, p_tokens bytea, p_token_expires_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_connections c
    SET key_id = p_key_id, tokens = p_tokens, token_expires_at = p_token_expires_at, refresh_lease = NULL,
        refresh_until = NULL,
        -- A token may live for less than what is called soon.
        refresh_after = clock_timestamp() + interval '1 minute'
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.refresh_lease = p_lease
$$;
COMMENT ON FUNCTION convene.store_tokens(integer, uuid, uuid, text, bytea, timestamptz) IS
'Keeps refreshed tokens and ends the claim. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, of claim_token_refresh; p_key_id and p_tokens, sealed;
p_token_expires_at, when the access token ends.';

CREATE OR REPLACE FUNCTION convene.release_token_refresh(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_has_failed boolean
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_connections c
    SET refresh_lease = NULL, refresh_until = NULL,
        refresh_after = CASE WHEN p_has_failed THEN clock_timestamp() + interval '1 minute' ELSE c.refresh_after END
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.refresh_lease = p_lease
$$;
COMMENT ON FUNCTION convene.release_token_refresh(integer, uuid, uuid, boolean) IS
'Ends a claim without new tokens. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, of claim_token_refresh; p_has_failed, whether the provider
gave none: then workers try again only in a minute.';

CREATE OR REPLACE FUNCTION convene.postpone_token_refresh(p_org_id integer, p_connection_id uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_connections c
    SET refresh_after = clock_timestamp() + interval '5 minutes'
    WHERE c.org_id = p_org_id AND c.id = p_connection_id
$$;
COMMENT ON FUNCTION convene.postpone_token_refresh(integer, uuid) IS
'Notes that a token could not be refreshed ahead: workers try again in five minutes, or whoever needs it. For the workers.
Arguments: p_org_id and p_connection_id, the account.';

CREATE OR REPLACE FUNCTION convene.tokens_to_refresh(p_limit integer) RETURNS TABLE (org_id integer, connection_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT c.org_id, c.id
    FROM convene.calendar_connections c
    WHERE c.status = 'connected' AND c.tokens IS NOT NULL
      AND c.token_expires_at < clock_timestamp() + interval '10 minutes'
      AND coalesce(c.refresh_until < clock_timestamp(), true)
      AND coalesce(c.refresh_after < clock_timestamp(), true)
    ORDER BY c.token_expires_at
    LIMIT p_limit
$$;
COMMENT ON FUNCTION convene.tokens_to_refresh(integer) IS
'Accounts whose access token ends within ten minutes, or has ended, and that nobody is refreshing. For the workers.
Arguments: p_limit.
Returns: a row each, the most urgent first.';

CREATE OR REPLACE FUNCTION convene.mark_needs_reconnect(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_reason text
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    marked record;
BEGIN
    UPDATE convene.calendar_connections c
    SET status = 'needs_reconnect', sync_error = left(p_reason, 200), sync_due_at = 'infinity', refresh_lease = NULL,
        refresh_until = NULL, sync_lease = NULL, sync_until = NULL
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.status = 'connected'
      -- Who connected again meanwhile has another grant.
      AND (p_lease IS NULL OR c.refresh_lease = p_lease)
    RETURNING c.user_id, c.provider INTO marked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM FROM convene.booking_external_events e
    WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.status = 'pending'
    ORDER BY e.booking_id, e.user_id
    FOR UPDATE;
    UPDATE convene.booking_external_events e
    SET due_at = 'infinity', lease = NULL, lease_until = NULL, last_error = left(p_reason, 200),
        updated_at = clock_timestamp()
    WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.status = 'pending';
    INSERT INTO convene.notification_log (org_id, user_id, type, title, message, metadata)
    VALUES (
        p_org_id, marked.user_id, 'calendar_needs_reconnect', 'Reconnect your calendar',
        CASE marked.provider WHEN 'google' THEN 'Google' ELSE 'Microsoft' END
            || ' no longer lets Convene use your calendar. Connect it again: until then nobody can tell when you are'
            || ' busy there, and meetings are not written to it.',
        jsonb_build_object('connection_id', p_connection_id)
    );
END
$$;
COMMENT ON FUNCTION convene.mark_needs_reconnect(integer, uuid, uuid, text) IS
'Notes that an account''s grant has ended: nothing is tried again until its user, who is told once, connects it anew.
For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, of the refresh that failed, NULL for another call;
p_reason, the provider''s word.';

CREATE OR REPLACE FUNCTION convene.stale_connections(p_time_slot_id uuid, p_booking_id uuid, p_mentee_id uuid)
RETURNS TABLE (org_id integer, connection_id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    -- In PL/pgSQL, as it runs before every booking: a function in SQL would be planned anew each time.
    RETURN QUERY
    SELECT c.org_id, c.id
    FROM convene.users u
    JOIN convene.organizations o ON o.id = u.org_id
    CROSS JOIN LATERAL (
        SELECT p_mentee_id AS user_id
        UNION
        SELECT s.mentor_id FROM convene.time_slots s WHERE s.org_id = u.org_id AND s.id = p_time_slot_id
        UNION
        SELECT b.mentee_id FROM convene.bookings b WHERE b.org_id = u.org_id AND b.id = p_booking_id
    ) party
    JOIN convene.calendar_connections c ON c.org_id = u.org_id AND c.user_id = party.user_id
    WHERE u.id = p_mentee_id AND c.status = 'connected' AND c.tokens IS NOT NULL
      AND coalesce(c.synced_at < clock_timestamp() - o.calendar_fresh_minutes * interval '1 minute', true)
      -- A provider that is down is not asked before every booking while what is known still counts.
      AND NOT coalesce(
          c.sync_attempts > 0 AND c.sync_due_at > clock_timestamp()
          AND c.synced_at > clock_timestamp() - o.calendar_stale_minutes * interval '1 minute', false
      );
END
$$;
COMMENT ON FUNCTION convene.stale_connections(uuid, uuid, uuid) IS
'The accounts to read again before a slot is booked: those of the mentee and of the slot''s mentor that were read longer
ago than the organization''s calendar_fresh_minutes, unless that just failed and what is known still counts.
Arguments: p_time_slot_id, the slot; p_booking_id, the booking that moves there, NULL for a new one; p_mentee_id, who
asks.
Returns: a row each.';

CREATE OR REPLACE FUNCTION convene.claim_calendar_syncs(p_lease uuid, p_limit integer, p_seconds integer)
RETURNS TABLE (org_id integer, connection_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_connections c
    SET sync_lease = p_lease, sync_until = clock_timestamp() + p_seconds * interval '1 second',
        -- Whoever asks meanwhile brings it back.
        sync_due_at = clock_timestamp() + p_seconds * interval '1 second'
    FROM (
        SELECT d.org_id, d.id
        FROM convene.calendar_connections d
        WHERE d.status = 'connected' AND d.sync_due_at <= clock_timestamp() AND d.tokens IS NOT NULL
          AND coalesce(d.sync_until < clock_timestamp(), true)
        ORDER BY d.sync_due_at
        LIMIT p_limit
        FOR UPDATE SKIP LOCKED
    ) due
    WHERE c.org_id = due.org_id AND c.id = due.id
    RETURNING c.org_id, c.id
$$;
COMMENT ON FUNCTION convene.claim_calendar_syncs(uuid, integer, integer) IS
'Claims accounts that are due to be read. For the workers.
Arguments: p_lease, the worker''s; p_limit, the most to claim; p_seconds, how long the claim holds unless it is
extended.
Returns: a row each.';

CREATE OR REPLACE FUNCTION convene.claim_calendar_sync(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_seconds integer
) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH claimed AS (
        UPDATE convene.calendar_connections c
        SET sync_lease = p_lease, sync_until = clock_timestamp() + p_seconds * interval '1 second'
        WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.status = 'connected'
          AND coalesce(c.sync_until < clock_timestamp(), true)
        RETURNING c.id
    )
    SELECT EXISTS (SELECT FROM claimed)
$$;
COMMENT ON FUNCTION convene.claim_calendar_sync(integer, uuid, uuid, integer) IS
'Claims one account, to read it before a booking. For the service.
Arguments: p_org_id and p_connection_id, the account; p_lease, made up by the caller; p_seconds, how long it holds.
Returns: whether the caller has it; if not, somebody else is reading.';

CREATE OR REPLACE FUNCTION convene.sync_plan(p_org_id integer, p_connection_id uuid)
RETURNS TABLE (
    read_calendars text[], time_zone text, from_time timestamptz, to_time timestamptz,
    written_calendar text, cursor text, cursor_from timestamptz, cursor_to timestamptz
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
        END
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
its window, NULL when one is to be begun.';

CREATE OR REPLACE FUNCTION convene.is_syncing(p_org_id integer, p_connection_id uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT coalesce((
        SELECT c.sync_until > clock_timestamp()
        FROM convene.calendar_connections c WHERE c.org_id = p_org_id AND c.id = p_connection_id
    ), false)
$$;
COMMENT ON FUNCTION convene.is_syncing(integer, uuid) IS
'Whether somebody is reading an account. For the service, which waits for them.
Arguments: p_org_id and p_connection_id, the account.';

CREATE OR REPLACE FUNCTION convene.store_busy_windows(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_is_sync boolean, p_as_of timestamptz, p_until timestamptz,
    p_windows jsonb, p_faults jsonb
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    owner     record;
    is_whole  boolean := p_faults = '{}';
    -- Our own events are no reason against a booking: the bookings themselves are.
    ours      tstzmultirange;
BEGIN
    SELECT c.user_id, c.synced_at INTO owner
    FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.sync_lease = p_lease
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
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
    SELECT p_org_id, gen_random_uuid(), owner.user_id, p_connection_id, read.calendar_id, piece.busy
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
    SET synced_at = CASE WHEN is_whole THEN p_as_of ELSE c.synced_at END,
        synced_until = CASE WHEN is_whole THEN p_until ELSE c.synced_until END,
        sync_attempts = CASE WHEN is_whole THEN 0 ELSE c.sync_attempts + 1 END,
        sync_error = CASE WHEN is_whole THEN NULL ELSE 'a calendar cannot be read' END,
        sync_due_at = CASE
            WHEN is_whole AND (NOT p_is_sync OR c.sync_due_at <= clock_timestamp()) THEN c.sync_due_at
            WHEN is_whole THEN clock_timestamp() + o.calendar_stale_minutes * interval '30 seconds'
            ELSE clock_timestamp() + least(coalesce(convene.retry_seconds(c.sync_attempts + 1), 900), 900) * interval '1 second'
        END,
        sync_lease = NULL, sync_until = NULL
    FROM convene.organizations o
    WHERE o.id = p_org_id AND c.org_id = p_org_id AND c.id = p_connection_id;
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.store_busy_windows(
    integer, uuid, uuid, boolean, timestamptz, timestamptz, jsonb, jsonb
) IS
'Keeps what an account''s calendars said, without our own events, and ends the claim. A calendar that could not be read
keeps what was known of it, and then the account is not known as of now. It is due again in half of the time after which
it would be stale.
Arguments: p_org_id and p_connection_id, the account; p_lease, the claim; p_is_sync, whether everything else that is due
with it was done, too; p_as_of, when reading began; p_until, up to when was read; p_windows, an
array of {calendar_id, start_time, end_time}; p_faults, an object of reasons by the id of calendars that could not be
read.
Returns: false when the claim was lost, and nothing kept.';

CREATE OR REPLACE FUNCTION convene.fail_calendar_sync(
    p_org_id integer, p_connection_id uuid, p_lease uuid, p_error text, p_retry_after double precision
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.calendar_connections c
    SET sync_attempts = c.sync_attempts + 1, sync_error = left(p_error, 200), sync_lease = NULL, sync_until = NULL,
        -- An outage is asked about for as long as it lasts, every quarter of an hour in the end.
        sync_due_at = clock_timestamp() + greatest(
            p_retry_after, least(coalesce(convene.retry_seconds(c.sync_attempts + 1), 900), 900)
        ) * interval '1 second'
    WHERE c.org_id = p_org_id AND c.id = p_connection_id AND c.sync_lease = p_lease
$$;
COMMENT ON FUNCTION convene.fail_calendar_sync(integer, uuid, uuid, text, double precision) IS
'Notes that an account could not be read, and when to try again. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_lease, the claim; p_error, why, in the provider''s word;
p_retry_after, seconds that the provider asked for, NULL for none.';

CREATE OR REPLACE FUNCTION convene.store_calendar_changes(
    p_org_id integer, p_connection_id uuid, p_calendar_id text, p_as_of timestamptz, p_is_whole boolean,
    p_from timestamptz, p_to timestamptz, p_cursor text, p_changes jsonb
) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    noticed integer;
BEGIN
    WITH changed AS (
        SELECT
            c.id,
            CASE WHEN c.start_time IS NOT NULL THEN tstzrange(c.start_time, c.end_time) END AS found
        FROM jsonb_to_recordset(p_changes) AS c (id text, start_time timestamptz, end_time timestamptz)
    ),
    ours AS (
        SELECT e.org_id, e.id, changed.found
        FROM convene.booking_external_events e
        LEFT JOIN changed ON changed.id = e.event_id
        WHERE e.org_id = p_org_id AND e.connection_id = p_connection_id AND e.calendar_id = p_calendar_id
          -- What was written since the provider was asked is newer than its answer.
          AND e.event_id IS NOT NULL AND e.updated_at < p_as_of
          -- The whole list has what is there; what it lacks is gone.
          AND (changed.id IS NOT NULL OR (p_is_whole AND e.written <@ tstzrange(p_from, p_to)))
    )
    UPDATE convene.booking_external_events e
    SET owner_change = CASE
            WHEN ours.found IS NULL THEN 'deleted'
            WHEN ours.found <> e.written THEN 'moved'
        END,
        owner_moved_to = CASE WHEN ours.found <> e.written THEN ours.found END,
        updated_at = clock_timestamp()
    FROM ours
    WHERE e.org_id = ours.org_id AND e.id = ours.id
      -- What we are about to change ourselves is not the owner's doing, and what we canceled is gone rightly.
      AND e.status = 'done' AND e.written IS NOT NULL
      AND (ours.found IS DISTINCT FROM e.written OR e.owner_change IS NOT NULL);
    GET DIAGNOSTICS noticed = ROW_COUNT;
    UPDATE convene.calendars k
    SET cursor = p_cursor, cursor_from = p_from, cursor_to = p_to
    WHERE k.org_id = p_org_id AND k.connection_id = p_connection_id AND k.calendar_id = p_calendar_id AND k.is_written;
    RETURN noticed;
END
$$;
COMMENT ON FUNCTION convene.store_calendar_changes(
    integer, uuid, text, timestamptz, boolean, timestamptz, timestamptz, text, jsonb
) IS
'Notices what owners did to our events in their calendars, and keeps up to where changes are known. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_calendar_id, the calendar; p_as_of, when it
was asked; p_is_whole, whether this is all that
is in the calendar from p_from to p_to, and not what changed; p_cursor, the provider''s sync token; p_changes, an array of {id, start_time, end_time}, without times for events that are gone.
Returns: how many of our events that concerned.';

CREATE OR REPLACE FUNCTION convene.refresh_calendars(
    p_org_id integer, p_connection_id uuid, p_calendars jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = p_connection_id
    FOR NO KEY UPDATE;
    IF FOUND THEN
        PERFORM convene.store_calendars(p_org_id, p_connection_id, p_calendars);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.refresh_calendars(integer, uuid, jsonb) IS
'Keeps the list of an account''s calendars as it is at the provider. For the workers.
Arguments: p_org_id and p_connection_id, the account; p_calendars, as connect_calendar gets them.';

CREATE OR REPLACE FUNCTION convene.calendar_changed(
    p_channel_id uuid, p_remote_id text, p_secret_hash bytea, p_is_over boolean
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    -- A new channel is opened when its account is read.
    UPDATE convene.calendar_channels h
    SET expires_at = clock_timestamp()
    WHERE p_is_over AND (h.id = p_channel_id OR h.remote_id = p_remote_id) AND h.secret_hash = p_secret_hash;
    UPDATE convene.calendar_connections c
    SET sync_due_at = CASE WHEN c.status = 'connected' THEN least(c.sync_due_at, clock_timestamp()) ELSE c.sync_due_at END
    FROM convene.calendar_channels h
    WHERE (h.id = p_channel_id OR h.remote_id = p_remote_id) AND h.secret_hash = p_secret_hash
      AND c.org_id = h.org_id AND c.id = h.connection_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM pg_notify('convene_work', 'calendar_syncs');
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.calendar_changed(uuid, text, bytea, boolean) IS
'Takes a provider''s word that a calendar changed: its account is read at once. For the service.
Arguments: p_channel_id, Google''s channel, or p_remote_id, Microsoft''s subscription, the other NULL; p_secret_hash,
SHA-256 of the token that came with it; p_is_over, whether the provider says that it stops pushing.
Returns: whether there is such a channel, and the token is its own.';

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
    VALUES (p_org_id, convene.new_id(), p_connection_id, p_calendar_id, p_secret_hash, clock_timestamp() + interval '1 hour')
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
