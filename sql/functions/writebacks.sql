-- Writebacks: what bookings are owed in their participants' calendars. A row says what an event should be and what it is;
-- workers claim rows under a lease and make the second equal to the first. docs/decisions.md says why.
-- Locks continue the order of bookings: booking, then account, then its rows here by booking and user.

CREATE OR REPLACE FUNCTION convene.meetings_ahead(p_org_id integer, p_user_id uuid) RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ARRAY(
        SELECT p.booking_id
        FROM convene.booking_participants p
        WHERE p.org_id = p_org_id AND p.user_id = p_user_id AND p.active
          AND pg_catalog.lower(p.blocked) > pg_catalog.clock_timestamp()
        ORDER BY p.booking_id
    )
$$;
COMMENT ON FUNCTION convene.meetings_ahead(integer, uuid) IS
'A user''s bookings that are to come. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user.
Returns: their ids, in order.';

CREATE OR REPLACE FUNCTION convene.lock_links(p_org_id integer, p_bookings uuid[]) RETURNS void
LANGUAGE sql VOLATILE AS $$
    SELECT FROM convene.bookings b
    WHERE b.org_id = p_org_id AND b.id = ANY (p_bookings) AND b.conference_url IS NOT NULL
    ORDER BY b.id
    FOR NO KEY UPDATE
$$;
COMMENT ON FUNCTION convene.lock_links(integer, uuid[]) IS
'Locks the bookings whose conference link may change, before any account is. For use in other functions; granted to
nobody.
Arguments: p_org_id; p_bookings.';

CREATE OR REPLACE FUNCTION convene.owe_external_events(p_org_id integer, p_bookings uuid[]) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    owed integer;
BEGIN
    -- One at a time for a booking, even before there is a row to lock: who comes second sees what the first has owed.
    PERFORM pg_advisory_xact_lock(hashtextextended(one.id::text, 0))
    FROM (SELECT DISTINCT w.id FROM unnest(p_bookings) AS w (id) ORDER BY w.id) one;
    PERFORM convene.lock_links(p_org_id, p_bookings);
    PERFORM FROM convene.booking_external_events e
    WHERE e.org_id = p_org_id AND e.booking_id = ANY (p_bookings)
    ORDER BY e.booking_id, e.user_id
    FOR UPDATE;
    WITH meetings AS (
        SELECT
            b.org_id, b.id, b.mentor_id, b.mentee_id, b.meeting_type, b.conference_url,
            tstzrange(b.start_time, b.end_time) AS taken,
            b.status IN ('confirmed', 'completed', 'no_show') AS takes_place,
            coalesce((
                SELECT max(e.seq) FROM convene.booking_events e WHERE e.org_id = b.org_id AND e.booking_id = b.id
            ), 0) AS seq
        FROM convene.bookings b
        WHERE b.org_id = p_org_id AND b.id = ANY (p_bookings)
    ),
    accounts AS (
        -- One account each: the one that has their event; else a working one to write to, then the oldest.
        SELECT DISTINCT ON (m.id, party.user_id)
            m.id AS booking_id, party.user_id, party.rank, c.id AS connection_id, c.provider, c.status
        FROM meetings m
        CROSS JOIN LATERAL (VALUES (m.mentee_id, 1), (m.mentor_id, 2)) AS party (user_id, rank)
        JOIN convene.calendar_connections c ON c.org_id = m.org_id AND c.user_id = party.user_id
        LEFT JOIN convene.booking_external_events e
            ON e.org_id = m.org_id AND e.booking_id = m.id AND e.user_id = party.user_id AND e.connection_id = c.id
            AND e.operation <> 'cancel'
        WHERE c.status IN ('connected', 'needs_reconnect')
          AND (e.id IS NOT NULL OR EXISTS (
              SELECT FROM convene.calendars k
              WHERE k.org_id = c.org_id AND k.connection_id = c.id AND k.is_written
          ))
        ORDER BY m.id, party.user_id, (e.id IS NOT NULL) DESC, c.status, c.created_at, c.id
    ),
    hosts AS (
        -- Who brings the link: whoever does already; else the mentee's Google account, the mentor's, and then
        -- Microsoft's in the same order.
        SELECT DISTINCT ON (a.booking_id) a.booking_id, a.user_id
        FROM accounts a
        JOIN meetings m ON m.id = a.booking_id
        LEFT JOIN convene.booking_external_events e
            ON e.org_id = m.org_id AND e.booking_id = m.id AND e.user_id = a.user_id AND e.operation <> 'cancel'
        WHERE (a.status = 'connected' OR e.hosts_conference) AND m.meeting_type = 'online'
          AND coalesce(e.conference <> 'failed', true)
        ORDER BY a.booking_id, coalesce(e.hosts_conference, false) DESC, a.provider, a.rank
    ),
    wanted AS (
        SELECT
            m.id AS booking_id, a.user_id, a.connection_id, a.status, m.seq, m.taken,
            h.user_id IS NOT NULL AS hosts_conference,
            m.conference_url IS NULL AND m.meeting_type = 'online' AND h.user_id IS NULL
                AND EXISTS (SELECT FROM hosts o WHERE o.booking_id = m.id) AS waits_for_link
        FROM meetings m
        JOIN accounts a ON a.booking_id = m.id
        LEFT JOIN hosts h ON h.booking_id = a.booking_id AND h.user_id = a.user_id
        WHERE m.takes_place
    ),
    taken_back AS (
        -- The meeting does not take place, or no longer with them.
        UPDATE convene.booking_external_events e
        SET operation = 'cancel', generation = e.generation + 1, event_seq = m.seq, status = 'pending', attempts = 0,
            due_at = CASE WHEN c.status = 'connected' THEN clock_timestamp() ELSE 'infinity' END,
            updated_at = clock_timestamp()
        FROM meetings m, convene.calendar_connections c
        WHERE e.org_id = m.org_id AND e.booking_id = m.id AND e.operation <> 'cancel' AND e.event_seq <= m.seq
          AND (NOT m.takes_place OR e.user_id NOT IN (m.mentor_id, m.mentee_id))
          AND c.org_id = e.org_id AND c.id = e.connection_id
        RETURNING e.booking_id, e.hosts_conference, e.conference
    ),
    link_gone AS (
        UPDATE convene.bookings b
        SET conference_url = NULL, conference_provider = NULL
        FROM taken_back t
        WHERE b.org_id = p_org_id AND b.id = t.booking_id AND t.hosts_conference AND b.conference_url IS NOT NULL
          AND b.status IN ('pending', 'confirmed')
    ),
    put AS (
        INSERT INTO convene.booking_external_events AS e (
            org_id, id, booking_id, user_id, connection_id, event_seq, operation, hosts_conference, wanted, due_at
        )
        SELECT
            p_org_id, convene.new_id(), w.booking_id, w.user_id, w.connection_id, w.seq, 'create', w.hosts_conference,
            w.taken,
            CASE
                WHEN w.status <> 'connected' THEN 'infinity'
                ELSE clock_timestamp() + CASE WHEN w.waits_for_link THEN interval '1 minute' ELSE interval '0' END
            END
        FROM wanted w
        ORDER BY w.booking_id, w.user_id
        ON CONFLICT (org_id, booking_id, user_id) DO UPDATE
        SET operation = CASE WHEN e.event_id IS NULL THEN 'create' ELSE 'reschedule' END,
            generation = e.generation + 1,
            -- A removed event's id cannot be used again. One whose removal is still owed is kept instead.
            incarnation = e.incarnation + (e.operation = 'cancel' AND e.status = 'done')::integer,
            connection_id = CASE
                WHEN e.operation = 'cancel' AND e.status = 'done' THEN EXCLUDED.connection_id ELSE e.connection_id
            END,
            hosts_conference = EXCLUDED.hosts_conference,
            wanted = EXCLUDED.wanted, event_seq = EXCLUDED.event_seq, status = 'pending', attempts = 0,
            due_at = CASE WHEN EXCLUDED.due_at = 'infinity' THEN EXCLUDED.due_at ELSE clock_timestamp() END,
            updated_at = clock_timestamp()
        -- What is older than what is known says nothing; nor does what changes nothing.
        WHERE e.event_seq <= EXCLUDED.event_seq 
          AND (e.operation = 'cancel' OR e.wanted <> EXCLUDED.wanted OR e.hosts_conference <> EXCLUDED.hosts_conference)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM put) + (SELECT count(*) FROM taken_back) INTO owed;
    IF owed > 0 THEN
        PERFORM pg_notify('convene_work', 'booking_external_events');
    END IF;
    RETURN owed;
END
$$;
COMMENT ON FUNCTION convene.owe_external_events(integer, uuid[]) IS
'Brings what calendars are owed in line with bookings as they are now: an event for each participant with an account to
write to while the meeting is confirmed, none otherwise. For use in other functions; granted to nobody.
Arguments: p_org_id; p_bookings, whose state may have changed.
Returns: how many events are owed anew.';

CREATE OR REPLACE FUNCTION convene.claim_writebacks(p_lease uuid, p_limit integer, p_seconds integer)
RETURNS TABLE (
    org_id integer, id uuid, booking_id uuid, user_id uuid, connection_id uuid, operation text, generation integer,
    incarnation integer, begun boolean, hosts_conference boolean, start_time timestamptz, end_time timestamptz,
    calendar_id text, event_id text, event_url text, is_written boolean,
    mentor_name text, mentee_name text, meeting_goal text, materials_urls text[], location text, conference_url text
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    accounts uuid[];
    claimed  uuid[];
BEGIN
    -- Providers allow four requests to a mailbox at once, and reading it is one. So an account is locked before what it
    -- has in hand is counted, by a statement of its own, which sees what the last to hold the lock did.
    WITH due AS (
        SELECT DISTINCT e.org_id, e.connection_id
        FROM (
            SELECT d.org_id, d.connection_id
            FROM convene.booking_external_events d
            WHERE d.status = 'pending' AND d.due_at <= clock_timestamp()
            ORDER BY d.due_at
            LIMIT 5000
        ) e
    )
    SELECT array_agg(locked.id) INTO accounts
    FROM (
        SELECT c.id
        FROM convene.calendar_connections c
        JOIN due ON due.org_id = c.org_id AND due.connection_id = c.id
        WHERE c.status = 'connected'
        LIMIT p_limit
        FOR NO KEY UPDATE OF c SKIP LOCKED
    ) locked;
    IF accounts IS NULL THEN
        RETURN;
    END IF;
    WITH chosen AS (
        SELECT d.org_id, d.id
        FROM (
            SELECT e.org_id, e.id, e.due_at
            FROM unnest(accounts) AS account (id)
            CROSS JOIN LATERAL (
                SELECT f.org_id, f.id, f.due_at
                FROM convene.booking_external_events f
                WHERE f.connection_id = account.id AND f.status = 'pending' AND f.due_at <= clock_timestamp()
                  AND coalesce(f.lease_until < clock_timestamp(), true)
                ORDER BY f.due_at
                LIMIT (
                    SELECT greatest(3 - count(*), 0) FROM convene.booking_external_events h
                    WHERE h.connection_id = account.id AND h.lease_until > clock_timestamp()
                )
            ) e
        ) d
        ORDER BY d.due_at
        LIMIT p_limit
    ),
    taken AS (
        UPDATE convene.booking_external_events e
        SET lease = p_lease, lease_until = clock_timestamp() + p_seconds * interval '1 second',
            begun = e.begun OR e.operation <> 'cancel',
            calendar_id = coalesce(CASE WHEN e.begun THEN e.calendar_id END, (
                SELECT k.calendar_id FROM convene.calendars k
                WHERE k.org_id = e.org_id AND k.connection_id = e.connection_id AND k.is_written
            ), e.calendar_id)
        FROM chosen
        WHERE e.org_id = chosen.org_id AND e.id = chosen.id
        RETURNING e.id
    )
    SELECT array_agg(t.id) INTO claimed FROM taken t;
    -- By a statement of its own: whoever changed a row until now has changed what it is to say as well.
    RETURN QUERY
    SELECT
        e.org_id, e.id, e.booking_id, e.user_id, e.connection_id, e.operation, e.generation, e.incarnation, e.begun,
        e.hosts_conference, lower(e.wanted), upper(e.wanted), e.calendar_id, e.event_id, e.event_url,
        e.event_id IS NOT NULL AND e.written_generation = e.generation, mentor.name, mentee.name, b.meeting_goal,
        b.materials_urls, b.location, b.conference_url
    FROM convene.booking_external_events e
    JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id
    JOIN convene.users mentor ON mentor.org_id = b.org_id AND mentor.id = b.mentor_id
    JOIN convene.users mentee ON mentee.org_id = b.org_id AND mentee.id = b.mentee_id
    WHERE e.lease = p_lease AND e.id = ANY (claimed);
END
$$;
COMMENT ON FUNCTION convene.claim_writebacks(uuid, integer, integer) IS
'Claims events that are owed and due, fairly among accounts and at most three of each at a time. For the workers.
Arguments: p_lease, the worker''s; p_limit, the most to claim; p_seconds, how long the claim holds unless it is
extended.
Returns: a row each: what the event is to say, and what is known of it; is_written, whether only its conference link is
missing.';

CREATE OR REPLACE FUNCTION convene.extend_leases(p_lease uuid, p_ids uuid[], p_seconds integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH writebacks AS (
        UPDATE convene.booking_external_events e
        SET lease_until = clock_timestamp() + p_seconds * interval '1 second'
        WHERE e.lease = p_lease AND e.id = ANY (p_ids)
        RETURNING 1
    ),
    syncs AS (
        UPDATE convene.calendar_connections c
        SET sync_until = clock_timestamp() + p_seconds * interval '1 second'
        WHERE c.sync_lease = p_lease AND c.id = ANY (p_ids)
        RETURNING 1
    ),
    sources AS (
        UPDATE convene.airtable_sources s
        SET lease_until = clock_timestamp() + p_seconds * interval '1 second'
        WHERE s.lease = p_lease AND s.id = ANY (p_ids)
        RETURNING 1
    )
    SELECT (
        (SELECT count(*) FROM writebacks) + (SELECT count(*) FROM syncs) + (SELECT count(*) FROM sources)
    )::integer
$$;
COMMENT ON FUNCTION convene.extend_leases(uuid, uuid[], integer) IS
'The heartbeat of a worker: what it works on stays its own. For the workers.
Arguments: p_lease, the worker''s; p_ids, what it works on; p_seconds, how long from now.
Returns: how much it has.';

CREATE OR REPLACE FUNCTION convene.finish_writeback(
    p_org_id integer, p_id uuid, p_lease uuid, p_generation integer, p_start_time timestamptz, p_end_time timestamptz,
    p_event_id text, p_event_url text, p_conference text, p_conference_url text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    settled record;
    is_removed boolean := p_event_id IS NULL;
BEGIN
    SELECT e.booking_id, e.connection_id INTO settled
    FROM convene.booking_external_events e
    WHERE e.org_id = p_org_id AND e.id = p_id;
    IF p_conference_url IS NOT NULL THEN
        PERFORM FROM convene.bookings b WHERE b.org_id = p_org_id AND b.id = settled.booking_id FOR NO KEY UPDATE;
    END IF;
    PERFORM FROM convene.calendar_connections c
    WHERE c.org_id = p_org_id AND c.id = settled.connection_id
    FOR NO KEY UPDATE;
    IF p_conference_url IS NOT NULL OR p_conference = 'failed' THEN
        PERFORM FROM convene.booking_external_events e
        WHERE e.org_id = p_org_id AND e.booking_id = settled.booking_id
        ORDER BY e.user_id
        FOR UPDATE;
    END IF;
    UPDATE convene.booking_external_events e
    SET status = CASE WHEN e.generation = p_generation AND NOT link.is_awaited THEN 'done' ELSE 'pending' END,
        attempts = CASE WHEN e.generation = p_generation AND link.is_awaited THEN e.attempts + 1 ELSE 0 END,
        due_at = CASE
            WHEN e.generation = p_generation AND link.is_awaited
                THEN clock_timestamp() + link.seconds * interval '1 second'
            ELSE least(e.due_at, clock_timestamp())
        END,
        last_error = NULL, lease = NULL, lease_until = NULL, updated_at = clock_timestamp(),
        begun = NOT is_removed,
        event_id = p_event_id, event_url = p_event_url,
        written = CASE WHEN is_removed THEN NULL ELSE tstzrange(p_start_time, p_end_time) END,
        written_generation = p_generation,
        conference = CASE WHEN p_conference = 'pending' AND NOT link.is_awaited THEN 'failed' ELSE p_conference END,
        hosts_conference = e.hosts_conference AND NOT link.is_refused,
        owner_change = NULL, owner_moved_to = NULL
    FROM (
        -- A link that is not there after all tries, or when the meeting is over, will not come.
        SELECT
            wait.seconds,
            p_conference = 'pending' AND wait.seconds IS NOT NULL AND p_end_time > clock_timestamp() AS is_awaited,
            p_conference = 'failed' AS is_refused
        FROM (
            SELECT convene.retry_seconds(o.attempts + 1) AS seconds
            FROM convene.booking_external_events o WHERE o.org_id = p_org_id AND o.id = p_id
        ) wait
    ) link
    WHERE e.org_id = p_org_id AND e.id = p_id AND e.lease = p_lease
    RETURNING e.booking_id, e.connection_id, e.hosts_conference, e.generation INTO settled;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF p_conference = 'failed' THEN
        -- The other participant's account may have better luck.
        UPDATE convene.booking_external_events e
        SET hosts_conference = true, generation = e.generation + 1, status = 'pending', attempts = 0,
            operation = CASE WHEN e.event_id IS NULL THEN 'create' ELSE 'reschedule' END,
            due_at = clock_timestamp(), updated_at = clock_timestamp()
        FROM convene.calendar_connections c
        WHERE e.org_id = p_org_id AND e.booking_id = settled.booking_id AND e.id <> p_id AND e.operation <> 'cancel'
          AND e.conference = 'none' AND NOT e.hosts_conference
          AND c.org_id = e.org_id AND c.id = e.connection_id AND c.status = 'connected';
    END IF;
    -- What the calendar showed of this event no longer holds: a booking reads it again.
    IF is_removed OR p_generation > 1 THEN
        UPDATE convene.calendar_connections c
        SET synced_at = CASE
                WHEN c.synced_at IS NOT NULL
                    THEN least(c.synced_at, clock_timestamp() - o.calendar_fresh_minutes * interval '1 minute')
            END,
            sync_due_at = least(c.sync_due_at, clock_timestamp()),
            -- An answer that was asked for before is older than this.
            sync_lease = NULL, sync_until = NULL
        FROM convene.organizations o
        WHERE o.id = c.org_id AND c.org_id = p_org_id AND c.id = settled.connection_id AND c.status = 'connected';
    END IF;
    IF p_conference_url IS NOT NULL AND settled.hosts_conference AND settled.generation = p_generation THEN
        UPDATE convene.bookings b
        SET conference_url = p_conference_url,
            conference_provider = (
                SELECT c.provider FROM convene.calendar_connections c
                WHERE c.org_id = p_org_id AND c.id = settled.connection_id
            )
        WHERE b.org_id = p_org_id AND b.id = settled.booking_id AND b.conference_url IS DISTINCT FROM p_conference_url;
        IF FOUND THEN
            -- The other events are to show it. One that nobody began to make stays of its generation: there is no work in
            -- hand to be overtaken.
            UPDATE convene.booking_external_events e
            SET generation = e.generation + e.begun::integer, status = 'pending', attempts = 0, updated_at = clock_timestamp(),
                operation = CASE WHEN e.event_id IS NULL THEN 'create' ELSE 'reschedule' END,
                hosts_conference = false,
                due_at = CASE WHEN c.status = 'connected' THEN clock_timestamp() ELSE 'infinity' END
            FROM convene.calendar_connections c
            WHERE e.org_id = p_org_id AND e.booking_id = settled.booking_id AND e.id <> p_id
              AND e.operation <> 'cancel' AND c.org_id = e.org_id AND c.id = e.connection_id;
        END IF;
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.finish_writeback(
    integer, uuid, uuid, integer, timestamptz, timestamptz, text, text, text, text
) IS
'Keeps what became of an event and ends the claim. If something else is wanted since, it is owed at once. A conference
link goes to the booking, and to the other participant''s event. For the workers.
Arguments: p_org_id and p_id, the row; p_lease, the claim; p_generation, which was worked on; p_start_time and
p_end_time, as written; p_event_id, NULL when the event is gone; p_event_url; p_conference, none, pending, ready or
failed: a pending one is asked for again; p_conference_url.
Returns: false when the claim was lost, and nothing kept.';

CREATE OR REPLACE FUNCTION convene.postpone_writeback(
    p_org_id integer, p_id uuid, p_lease uuid, p_generation integer, p_error text, p_retry_after double precision,
    p_is_permanent boolean, p_is_gone boolean
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    outcome text;
    account uuid;
BEGIN
    UPDATE convene.booking_external_events e
    SET attempts = e.attempts + 1,
        status = CASE
            WHEN e.generation = p_generation AND (p_is_permanent OR wait.seconds IS NULL) THEN 'failed' ELSE 'pending'
        END,
        due_at = CASE
            WHEN e.due_at = 'infinity' THEN e.due_at
            WHEN e.generation <> p_generation OR (p_is_gone AND e.attempts < 2) THEN clock_timestamp()
            ELSE clock_timestamp() + greatest(wait.seconds, p_retry_after, 0) * interval '1 second'
        END,
        incarnation = e.incarnation + p_is_gone::integer,
        event_id = CASE WHEN p_is_gone THEN NULL ELSE e.event_id END,
        written = CASE WHEN p_is_gone THEN NULL ELSE e.written END,
        begun = e.begun AND NOT p_is_gone,
        last_error = left(p_error, 200), lease = NULL, lease_until = NULL, updated_at = clock_timestamp()
    FROM (
        SELECT convene.retry_seconds(o.attempts + 1) AS seconds
        FROM convene.booking_external_events o WHERE o.org_id = p_org_id AND o.id = p_id
    ) wait
    WHERE e.org_id = p_org_id AND e.id = p_id AND e.lease = p_lease
    RETURNING e.status, e.connection_id INTO outcome, account;
    IF p_retry_after > 0 THEN
        -- It is the mailbox that is asked too often, not this event.
        UPDATE convene.booking_external_events e
        SET due_at = clock_timestamp() + p_retry_after * interval '1 second'
        WHERE e.connection_id = account AND e.status = 'pending' AND e.lease IS NULL
          AND e.due_at < clock_timestamp() + p_retry_after * interval '1 second';
    END IF;
    RETURN outcome;
END
$$;
COMMENT ON FUNCTION convene.postpone_writeback(
    integer, uuid, uuid, integer, text, double precision, boolean, boolean
) IS
'Notes that a try failed: it is tried again later, up to 20 times, and then, or if the error is permanent, given up until
somebody retries it. For the workers.
Arguments: p_org_id and p_id, the row; p_lease, the claim; p_generation, which was worked on; p_error, why, in the
provider''s word; p_retry_after, seconds that the provider asked for, NULL for none; p_is_permanent, whether trying again
is of no use; p_is_gone, whether the event is gone from the calendar, so that it is made anew under another id.
Returns: pending or failed; NULL when the claim was lost.';

CREATE OR REPLACE FUNCTION convene.list_writebacks(
    p_actor_id uuid, p_status text DEFAULT NULL, p_booking_id uuid DEFAULT NULL, p_limit integer DEFAULT 50,
    p_after_id uuid DEFAULT NULL
)
RETURNS TABLE (
    id uuid, booking_id uuid, user_id uuid, provider text, operation text, status text, attempts integer,
    due_at timestamptz, last_error text, event_url text, conference text, owner_change text, created_at timestamptz,
    updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_one_of(p_status, ARRAY['pending', 'done', 'failed'], 'p_status');
    PERFORM convene.require_limit(p_limit);
    IF p_booking_id IS NOT NULL THEN
        PERFORM convene.require_visible_booking(p_booking_id, p_actor_id);
    END IF;
    RETURN QUERY
    SELECT
        e.id, e.booking_id, e.user_id, c.provider, e.operation, e.status, e.attempts,
        nullif(e.due_at, 'infinity'), e.last_error, e.event_url, e.conference, e.owner_change, e.created_at, e.updated_at
    FROM convene.booking_external_events e
    JOIN convene.calendar_connections c ON c.org_id = e.org_id AND c.id = e.connection_id
    WHERE e.org_id = actor.org_id AND (actor.is_staff OR e.user_id = actor.id)
      AND (p_status IS NULL OR e.status = p_status)
      AND (p_booking_id IS NULL OR e.booking_id = p_booking_id)
      AND (p_after_id IS NULL OR e.id < p_after_id)
    ORDER BY e.id DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_writebacks(uuid, text, uuid, integer, uuid) IS
'What calendars are and were owed: a user''s own, for coordinators and admins the organization''s.
Arguments: p_actor_id, who looks; p_status, pending, done or failed; p_booking_id, only that one''s; p_limit, 1 to 200;
p_after_id, the last row of the page before.
Returns: a row each, newest first; due_at is NULL while the account must be connected again.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.retry_writeback(p_actor_id uuid, p_writeback_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_writeback_id, 'p_writeback_id');
    UPDATE convene.booking_external_events e
    SET status = CASE WHEN e.status = 'failed' THEN 'pending' ELSE e.status END,
        attempts = CASE WHEN e.status = 'failed' THEN 0 ELSE e.attempts END,
        due_at = CASE
            WHEN e.status = 'done' THEN e.due_at
            WHEN c.status = 'connected' THEN clock_timestamp()
            ELSE 'infinity'
        END,
        updated_at = clock_timestamp()
    FROM convene.calendar_connections c
    WHERE e.org_id = actor.org_id AND e.id = p_writeback_id AND (actor.is_staff OR e.user_id = actor.id)
      AND c.org_id = e.org_id AND c.id = e.connection_id;
    IF NOT FOUND THEN
        PERFORM convene.refuse('WRITEBACK_NOT_FOUND', jsonb_build_object('writeback_id', p_writeback_id));
    END IF;
    PERFORM pg_notify('convene_work', 'booking_external_events');
END
$$;
COMMENT ON FUNCTION convene.retry_writeback(uuid, uuid) IS
'Tries a writeback again now, also one that was given up. One that is done stays so.
Arguments: p_actor_id, whose it is, or a coordinator or admin; p_writeback_id.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, WRITEBACK_NOT_FOUND.';
