-- Reading Airtable, for the workers and for who pushes. A claim on the work (queue airtable_syncs) keeps two from reading
-- one source at once; whoever lost theirs stores nothing. Locks: the source, then the people (pg_ext/src/lock.rs).

CREATE OR REPLACE FUNCTION convene.airtable_report(p_before jsonb, p_more jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_catalog.jsonb_object_agg(
            c.name, coalesce((p_before ->> c.name)::integer, 0) + coalesce((p_more ->> c.name)::integer, 0)
        )
        || pg_catalog.jsonb_build_object('problems', (
            SELECT coalesce(pg_catalog.jsonb_agg(p.problem ORDER BY p.place), '[]')
            FROM pg_catalog.jsonb_array_elements(
                coalesce(p_before -> 'problems', '[]') || coalesce(p_more -> 'problems', '[]')
            ) WITH ORDINALITY AS p (problem, place)
            WHERE p.place <= 20
        ))
    FROM pg_catalog.unnest(ARRAY['created', 'updated', 'removed', 'unchanged', 'stale', 'skipped']) AS c (name)
$$;
COMMENT ON FUNCTION convene.airtable_report(jsonb, jsonb) IS
'Adds up what became of records. For use in other functions; granted to nobody.
Arguments: p_before and p_more, as of apply_airtable_records; either may be empty.
Returns: the counts, and the first 20 problems.';

CREATE OR REPLACE FUNCTION convene.airtable_plan(p_org_id integer, p_source_id uuid, p_lease uuid)
RETURNS TABLE (
    base_id text, table_name text, key_id text, secrets bytea, webhook_id text, webhook_url text,
    is_expired boolean, is_ending boolean, misses_pings boolean, cursor bigint, needs_listing boolean, is_listing boolean,
    listing_offset text, now timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT
        s.base_id, s.table_name, s.key_id, s.secrets, s.webhook_id, s.webhook_url,
        coalesce(s.webhook_expires_at <= clock_timestamp(), false),
        coalesce(s.webhook_expires_at <= clock_timestamp() + interval '5 days', false),
        s.misses_pings, s.cursor, s.needs_listing, s.listing_began_at IS NOT NULL, s.listing_offset, clock_timestamp()
    FROM convene.airtable_sources s
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
$$;
COMMENT ON FUNCTION convene.airtable_plan(integer, uuid, uuid) IS
'What to do about a source. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim.
Returns: one row, none when the claim was lost; is_expired and is_ending, whether the webhook has ended, or does within
five days of its seven; misses_pings, whether changes come of which its pings do not tell; needs_listing, whether all records are to be listed from the first; is_listing, whether a listing
goes on, from listing_offset, or is at its end; now, the database''s clock, as of which whatever is asked next is so.';

CREATE OR REPLACE FUNCTION convene.store_airtable_webhook(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_webhook_id text, p_url text, p_key_id text, p_secret bytea,
    p_expires_at timestamptz
) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH stored AS (
        UPDATE convene.airtable_sources s
        SET webhook_id = p_webhook_id, webhook_url = p_url, webhook_key_id = p_key_id, webhook_secret = p_secret,
            webhook_expires_at = p_expires_at, cursor = 1,
            -- What changed before it is in no payload. A listing that goes on is begun anew.
            needs_listing = true, listing_began_at = NULL, listing_offset = NULL
        WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM stored)
$$;
COMMENT ON FUNCTION convene.store_airtable_webhook(integer, uuid, uuid, text, text, text, bytea, timestamptz) IS
'Notes the webhook that collects changes from now on: all records are to be listed once more. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_webhook_id, Airtable''s, NULL for none any more;
p_url, where it pings, NULL for nowhere; p_key_id and p_secret, what it signs with, sealed; p_expires_at, when it ends.
Returns: whether the claim held.';

CREATE OR REPLACE FUNCTION convene.extend_airtable_webhook(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_expires_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.airtable_sources s
    SET webhook_expires_at = p_expires_at
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
$$;
COMMENT ON FUNCTION convene.extend_airtable_webhook(integer, uuid, uuid, timestamptz) IS
'Notes that the webhook lasts longer. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_expires_at, when it ends now.';

CREATE OR REPLACE FUNCTION convene.apply_airtable_page(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_as_of timestamptz, p_records jsonb, p_cursor bigint,
    p_needs_listing boolean
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    became jsonb;
BEGIN
    PERFORM FROM convene.airtable_sources s
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    became := convene.apply_airtable_records(p_org_id, p_as_of, NULL, p_records);
    UPDATE convene.airtable_sources s
    SET cursor = p_cursor, needs_listing = s.needs_listing OR p_needs_listing,
        -- Since the source was last read to its end, something changed and nobody said so.
        misses_pings = s.misses_pings OR (
            s.webhook_url IS NOT NULL AND p_cursor > s.cursor AND coalesce(s.pinged_at, '-infinity') < s.synced_at
        ),
        report = convene.airtable_report(s.report, became)
    WHERE s.org_id = p_org_id AND s.id = p_source_id;
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.apply_airtable_page(integer, uuid, uuid, timestamptz, jsonb, bigint, boolean) IS
'Applies what a page of payloads is about, and notes that it was: both or neither. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_as_of, when the records were asked for; p_records,
as of apply_airtable_records; p_cursor, of the next page; p_needs_listing, whether the page is not enough, and all records
must be listed.
Returns: false when the claim was lost, and nothing applied.
Refuses: VALIDATION_ERROR.';

CREATE OR REPLACE FUNCTION convene.apply_airtable_listing(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_as_of timestamptz, p_records jsonb, p_is_first boolean,
    p_offset text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    source convene.airtable_sources;
    became jsonb;
BEGIN
    UPDATE convene.airtable_sources s
    SET listing = s.listing + p_is_first::integer,
        listing_began_at = CASE WHEN p_is_first THEN p_as_of ELSE s.listing_began_at END,
        listing_offset = p_offset,
        needs_listing = s.needs_listing AND NOT p_is_first,
        report = CASE WHEN p_is_first THEN '{}' ELSE s.report END
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
    RETURNING * INTO source;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    became := convene.apply_airtable_records(p_org_id, p_as_of, source.listing, p_records);
    UPDATE convene.airtable_sources s
    SET report = convene.airtable_report(s.report, became)
    WHERE s.org_id = p_org_id AND s.id = p_source_id;
    RETURN true;
END
$$;
COMMENT ON FUNCTION convene.apply_airtable_listing(integer, uuid, uuid, timestamptz, jsonb, boolean, text) IS
'Applies a page of the list of all records, and notes where it continues: both or neither. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_as_of, when the page was asked for; p_records, as
of apply_airtable_records; p_is_first, whether a list begins; p_offset, where it continues, NULL at its end.
Returns: false when the claim was lost, and nothing applied.
Refuses: VALIDATION_ERROR.';

CREATE OR REPLACE FUNCTION convene.airtable_missing(p_org_id integer, p_source_id uuid, p_limit integer)
RETURNS TABLE (record_id text)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT u.airtable_record_id
    FROM convene.airtable_sources s
    JOIN convene.users u ON u.org_id = s.org_id
    LEFT JOIN convene.airtable_records r ON r.org_id = u.org_id AND r.record_id = u.airtable_record_id
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND u.airtable_record_id IS NOT NULL AND u.deleted_at IS NULL AND u.role <> 'admin'
      AND r.listing IS DISTINCT FROM s.listing AND coalesce(r.as_of < s.listing_began_at, true)
    ORDER BY u.id
    LIMIT p_limit
$$;
COMMENT ON FUNCTION convene.airtable_missing(integer, uuid, integer) IS
'Records that stand for somebody and were not in the listing that has just come to its end. For the workers.
Arguments: p_org_id and p_source_id, the source; p_limit, the most to name.
Returns: a row each; call again when those are applied.';

CREATE OR REPLACE FUNCTION convene.finish_airtable_listing(p_org_id integer, p_source_id uuid, p_lease uuid)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH finished AS (
        UPDATE convene.airtable_sources s
        SET listed_at = s.listing_began_at, listing_began_at = NULL, listing_offset = NULL,
            -- Somebody's address may have been free only when others were gone.
            needs_listing = s.needs_listing OR (
                (s.report ->> 'removed')::integer > 0 AND (s.report ->> 'skipped')::integer > 0
            )
        WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM finished)
$$;
COMMENT ON FUNCTION convene.finish_airtable_listing(integer, uuid, uuid) IS
'Notes that all records were listed, and those that are gone applied. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim.
Returns: whether the claim held.';

CREATE OR REPLACE FUNCTION convene.finish_airtable_sync(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_as_of timestamptz, p_goes_on boolean
) RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    UPDATE convene.airtable_sources s
    SET synced_at = CASE WHEN p_goes_on THEN s.synced_at ELSE p_as_of END
    WHERE s.org_id = p_org_id AND s.id = p_source_id
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease)
    RETURNING clock_timestamp() + CASE
        WHEN p_goes_on OR s.needs_listing THEN interval '0'
        -- Airtable's free plan has 1,000 calls a month: every five minutes would be 8,640.
        WHEN s.webhook_url IS NOT NULL AND NOT s.misses_pings THEN interval '6 hours'
        ELSE interval '5 minutes'
    END
$$;
COMMENT ON FUNCTION convene.finish_airtable_sync(integer, uuid, uuid, timestamptz, boolean) IS
'Notes that reading went well. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_as_of, as of when changes are applied; p_goes_on,
whether there is more to do at once.
Returns: when to read again, which is rarely where Airtable tells of changes; NULL when the claim was lost.';

CREATE OR REPLACE FUNCTION convene.break_airtable_source(
    p_org_id integer, p_source_id uuid, p_lease uuid, p_error text
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    UPDATE convene.airtable_sources s
    SET status = 'broken', last_error = left(p_error, 200)
    WHERE s.org_id = p_org_id AND s.id = p_source_id AND s.status = 'active'
      AND convene.holds_work('airtable_syncs', p_org_id, p_source_id, p_lease);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM convene.remove_work('airtable_syncs', p_org_id, ARRAY[p_source_id]);
    INSERT INTO convene.notification_log (org_id, id, user_id, kind, facts)
    SELECT
        p_org_id, convene.new_id(p_org_id), u.id, 'airtable_broken',
        jsonb_build_object('airtable_source_id', p_source_id, 'error', left(p_error, 200))
    FROM convene.users u
    WHERE u.org_id = p_org_id AND u.role = 'admin' AND convene.is_active_now(u);
END
$$;
COMMENT ON FUNCTION convene.break_airtable_source(integer, uuid, uuid, text) IS
'Notes that Airtable no longer lets us read: nothing is tried again until an admin, all of whom are told once, connects
it or asks for it. For the workers.
Arguments: p_org_id and p_source_id, the source; p_lease, the claim; p_error, why, in Airtable''s word.';

CREATE OR REPLACE FUNCTION convene.airtable_webhook(p_source_id uuid)
RETURNS TABLE (key_id text, secret bytea)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT s.webhook_key_id, s.webhook_secret
    FROM convene.airtable_sources s
    WHERE s.id = p_source_id AND s.webhook_secret IS NOT NULL
$$;
COMMENT ON FUNCTION convene.airtable_webhook(uuid) IS
'What a source''s webhook signs its pings with, sealed. For the service.
Arguments: p_source_id.
Returns: one row; none where there is no webhook.';

CREATE OR REPLACE FUNCTION convene.airtable_changed(p_source_id uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
    WITH pinged AS (
        UPDATE convene.airtable_sources s
        SET pinged_at = clock_timestamp(), misses_pings = false
        WHERE s.id = p_source_id AND s.status = 'active'
        RETURNING s.org_id, s.id
    )
    SELECT convene.expedite_work('airtable_syncs', ARRAY[p.org_id], ARRAY[p.id], ARRAY[clock_timestamp()])
    FROM pinged p
$$;
COMMENT ON FUNCTION convene.airtable_changed(uuid) IS
'Takes Airtable''s word that something changed: the source is read at once, unless reading it just failed and is tried
again soon. For the service, which has checked whose word it is.
Arguments: p_source_id.';

CREATE OR REPLACE FUNCTION convene.airtable_push_sources(p_base_id text)
RETURNS TABLE (org_id integer, id uuid, table_name text, key_id text, secrets bytea)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT s.org_id, s.id, s.table_name, s.key_id, s.secrets
    FROM convene.airtable_sources s
    WHERE s.base_id = p_base_id
    ORDER BY s.org_id
    LIMIT 100
$$;
COMMENT ON FUNCTION convene.airtable_push_sources(text) IS
'The sources of a base, whose secrets, sealed, tell who may push. Several organizations may read one base. For the
service.
Arguments: p_base_id.
Returns: a row each.';

CREATE OR REPLACE FUNCTION convene.apply_airtable_push(
    p_org_id integer, p_source_id uuid, p_timestamp timestamptz, p_records jsonb
) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    became jsonb;
BEGIN
    PERFORM FROM convene.airtable_sources s WHERE s.org_id = p_org_id AND s.id = p_source_id FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('AIRTABLE_NOT_CONNECTED', '{}');
    END IF;
    IF p_timestamp > clock_timestamp() + interval '5 minutes' THEN
        PERFORM convene.refuse_argument('p_timestamp', 'lies in the future');
    END IF;
    -- A clock that is ahead must not make what is read later look old.
    became := convene.apply_airtable_records(p_org_id, least(p_timestamp, clock_timestamp()), NULL, p_records);
    UPDATE convene.airtable_sources s
    SET report = convene.airtable_report(s.report, became)
    WHERE s.org_id = p_org_id AND s.id = p_source_id;
    RETURN (SELECT sum(c.value::integer) FROM jsonb_each_text(became - '{problems,stale}'::text[]) AS c);
END
$$;
COMMENT ON FUNCTION convene.apply_airtable_push(integer, uuid, timestamptz, jsonb) IS
'Applies records that were pushed to us, unless newer ones were applied. For the service, which has checked the sender.
Arguments: p_org_id and p_source_id, the source; p_timestamp, as of when they are so; p_records, as of
apply_airtable_records.
Returns: how many counted, those left out that are older than what was applied.
Refuses: VALIDATION_ERROR, AIRTABLE_NOT_CONNECTED.';
