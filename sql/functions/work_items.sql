-- The one queue for everything owed to the outside world. These functions put work in and take it out for all queues;
-- claiming and settling it decide something and are the extension's (claim_work, settle_work; pg_ext/src/work).
--
-- Rows of work_items are locked last, after the rows that they are about, and in the order of queue, tenant, subject.

CREATE OR REPLACE FUNCTION convene.call_workers(p_queue text, p_due_at timestamptz[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    -- Later work is found when workers look for what is due.
    IF EXISTS (SELECT FROM unnest(p_due_at) AS due (at) WHERE due.at <= clock_timestamp()) THEN
        PERFORM pg_notify('convene_work', p_queue);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.call_workers(text, timestamptz[]) IS
'Wakes the workers of a queue if something is due. For use in other functions; granted to nobody.
Arguments: p_queue; p_due_at, when items are due.';

CREATE OR REPLACE FUNCTION convene.enqueue_work(
    p_queue text, p_org_ids integer[], p_subjects uuid[], p_lanes text[], p_keys uuid[], p_due_at timestamptz[]
) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    INSERT INTO convene.work_items AS w (org_id, queue, subject_id, lane, concurrency_key, due_at)
    SELECT i.org_id, p_queue, i.subject_id, i.lane, i.concurrency_key, i.due_at
    FROM unnest(p_org_ids, p_subjects, p_lanes, p_keys, p_due_at)
        AS i (org_id, subject_id, lane, concurrency_key, due_at)
    ORDER BY i.org_id, i.subject_id
    ON CONFLICT (org_id, queue, subject_id) DO UPDATE
    SET lane = EXCLUDED.lane, concurrency_key = EXCLUDED.concurrency_key,
        due_at = CASE WHEN w.failed_at IS NULL THEN least(w.due_at, EXCLUDED.due_at) ELSE EXCLUDED.due_at END,
        -- The try that is in progress counts.
        attempts = CASE WHEN w.lease IS NULL THEN 0 ELSE w.attempts END,
        version = w.version + (w.lease IS NOT NULL)::integer,
        last_error = CASE WHEN w.failed_at IS NULL THEN w.last_error END,
        failed_at = NULL;
    PERFORM convene.call_workers(p_queue, p_due_at);
END
$$;
COMMENT ON FUNCTION convene.enqueue_work(text, integer[], uuid[], text[], uuid[], timestamptz[]) IS
'Puts work into a queue. What waits there already is due no later than asked; what somebody works on is done again; what
was given up is tried again. For use in other functions; granted to nobody.
Arguments: p_queue; p_org_ids and p_subjects, what it is about, each subject once; p_lanes, whose outage it would share;
p_keys, of which only a few are worked on at a time, NULL for no limit; p_due_at, not before.';

CREATE OR REPLACE FUNCTION convene.expedite_work(
    p_queue text, p_org_ids integer[], p_subjects uuid[], p_due_at timestamptz[]
) RETURNS integer
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    expedited integer;
BEGIN
    WITH asked AS (
        SELECT w.org_id, w.subject_id, i.due_at
        FROM unnest(p_org_ids, p_subjects, p_due_at) AS i (org_id, subject_id, due_at)
        JOIN convene.work_items w ON w.org_id = i.org_id AND w.queue = p_queue AND w.subject_id = i.subject_id
        ORDER BY w.org_id, w.subject_id
        FOR UPDATE OF w
    )
    UPDATE convene.work_items w
    SET due_at = least(w.due_at, asked.due_at), version = w.version + (w.lease IS NOT NULL)::integer
    FROM asked
    WHERE w.org_id = asked.org_id AND w.queue = p_queue AND w.subject_id = asked.subject_id AND w.failed_at IS NULL
      -- That something changed says nothing of whether it can be read again.
      AND w.attempts <= (w.lease IS NOT NULL)::integer;
    GET DIAGNOSTICS expedited = ROW_COUNT;
    IF expedited > 0 THEN
        PERFORM convene.call_workers(p_queue, p_due_at);
    END IF;
    RETURN expedited;
END
$$;
COMMENT ON FUNCTION convene.expedite_work(text, integer[], uuid[], timestamptz[]) IS
'Has recurring work done sooner, because something changed. A wait after a failure is not cut short, and what was given
up stays so. For use in other functions; granted to nobody.
Arguments: p_queue; p_org_ids and p_subjects, each once; p_due_at, no later than then.
Returns: how many are done sooner, or are due already.';

CREATE OR REPLACE FUNCTION convene.restart_work(
    p_queue text, p_org_ids integer[], p_subjects uuid[], p_lanes text[], p_keys uuid[], p_due_at timestamptz[]
) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    INSERT INTO convene.work_items AS w (org_id, queue, subject_id, lane, concurrency_key, due_at)
    SELECT i.org_id, p_queue, i.subject_id, i.lane, i.concurrency_key, i.due_at
    FROM unnest(p_org_ids, p_subjects, p_lanes, p_keys, p_due_at)
        AS i (org_id, subject_id, lane, concurrency_key, due_at)
    ORDER BY i.org_id, i.subject_id
    ON CONFLICT (org_id, queue, subject_id) DO UPDATE
    SET lane = EXCLUDED.lane, concurrency_key = EXCLUDED.concurrency_key, due_at = EXCLUDED.due_at, attempts = 0,
        lease = NULL, lease_until = NULL, failed_at = NULL, last_error = NULL;
    PERFORM convene.call_workers(p_queue, p_due_at);
END
$$;
COMMENT ON FUNCTION convene.restart_work(text, integer[], uuid[], text[], uuid[], timestamptz[]) IS
'Puts work into a queue as if it were new: whoever works on it works on something outdated, and loses it. For use in
other functions; granted to nobody.
Arguments: as enqueue_work.';

CREATE OR REPLACE FUNCTION convene.remove_work(p_queue text, p_org_id integer, p_subjects uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM FROM convene.work_items w
    WHERE w.org_id = p_org_id AND w.queue = p_queue AND w.subject_id = ANY (p_subjects)
    ORDER BY w.subject_id
    FOR UPDATE;
    DELETE FROM convene.work_items w
    WHERE w.org_id = p_org_id AND w.queue = p_queue AND w.subject_id = ANY (p_subjects);
END
$$;
COMMENT ON FUNCTION convene.remove_work(text, integer, uuid[]) IS
'Takes work out of a queue, because its subjects are gone or nothing can be done; whoever works on it loses it. For use
in other functions; granted to nobody.
Arguments: p_queue; p_org_id and p_subjects.';

CREATE OR REPLACE FUNCTION convene.holds_work(p_queue text, p_org_id integer, p_subject_id uuid, p_lease uuid)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = p_org_id AND w.queue = p_queue AND w.subject_id = p_subject_id AND w.lease = p_lease
    )
$$;
COMMENT ON FUNCTION convene.holds_work(text, integer, uuid, uuid) IS
'Whether a claim still holds. For use in other functions; granted to nobody.
Arguments: p_queue; p_org_id and p_subject_id; p_lease, the claim.';

CREATE OR REPLACE FUNCTION convene.claim_work_item(
    p_queue text, p_org_id integer, p_subject_id uuid, p_lease uuid, p_seconds integer
) RETURNS TABLE (version integer, attempts integer, due_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH free AS (
        SELECT w.org_id, w.queue, w.subject_id, w.due_at
        FROM convene.work_items w
        WHERE w.org_id = p_org_id AND w.queue = p_queue AND w.subject_id = p_subject_id
          AND coalesce(w.lease_until < clock_timestamp(), true)
        FOR UPDATE
    )
    UPDATE convene.work_items w
    SET lease = p_lease, lease_until = clock_timestamp() + make_interval(secs => p_seconds),
        attempts = w.attempts + 1, due_at = 'infinity', failed_at = NULL
    FROM free
    WHERE w.org_id = free.org_id AND w.queue = free.queue AND w.subject_id = free.subject_id
    RETURNING w.version, w.attempts, least(free.due_at, clock_timestamp() + interval '1 hour');
END
$$;
COMMENT ON FUNCTION convene.claim_work_item(text, integer, uuid, uuid, integer) IS
'Claims one piece of work now, because somebody waits for it, whether or not it is due. For the service.
Arguments: p_queue; p_org_id and p_subject_id; p_lease, made up by the caller; p_seconds, how long the claim holds.
Returns: one row, with when it was due (within the hour); none when somebody else has it, or there is no such work.';

CREATE OR REPLACE FUNCTION convene.work_is_leased(p_queue text, p_org_id integer, p_subject_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM convene.work_items w
        WHERE w.org_id = p_org_id AND w.queue = p_queue AND w.subject_id = p_subject_id
          AND w.lease_until > clock_timestamp()
    );
END
$$;
COMMENT ON FUNCTION convene.work_is_leased(text, integer, uuid) IS
'Whether somebody works on something. For the service, which waits for them.
Arguments: p_queue; p_org_id and p_subject_id.';

CREATE OR REPLACE FUNCTION convene.extend_work(
    p_queue text, p_org_ids integer[], p_subjects uuid[], p_leases uuid[], p_seconds integer
) RETURNS TABLE (org_id integer, subject_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH held AS (
        SELECT w.org_id, w.subject_id
        FROM unnest(p_org_ids, p_subjects, p_leases) AS i (org_id, subject_id, lease)
        JOIN convene.work_items w
            ON w.org_id = i.org_id AND w.queue = p_queue AND w.subject_id = i.subject_id AND w.lease = i.lease
        ORDER BY w.org_id, w.subject_id
        FOR UPDATE OF w
    )
    UPDATE convene.work_items w
    SET lease_until = clock_timestamp() + make_interval(secs => p_seconds)
    FROM held
    WHERE w.org_id = held.org_id AND w.queue = p_queue AND w.subject_id = held.subject_id
    RETURNING w.org_id, w.subject_id;
END
$$;
COMMENT ON FUNCTION convene.extend_work(text, integer[], uuid[], uuid[], integer) IS
'The heartbeat of a worker: what it works on stays its own. For the workers.
Arguments: p_queue; p_org_ids, p_subjects and p_leases, what it works on; p_seconds, how long from now.
Returns: a row for each that it still has; the others are somebody else''s now, or no longer wanted.';
