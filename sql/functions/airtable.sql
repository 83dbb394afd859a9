-- Airtable as the organization's directory of people, for its admins. The service seals secrets before they come here.

CREATE OR REPLACE FUNCTION convene.require_airtable(p_org_id integer) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    source uuid;
BEGIN
    PERFORM convene.require_given(p_org_id, 'p_org_id');
    SELECT s.id INTO source FROM convene.airtable_sources s WHERE s.org_id = p_org_id;
    IF NOT FOUND THEN
        PERFORM convene.refuse('AIRTABLE_NOT_CONNECTED', '{}');
    END IF;
    RETURN source;
END
$$;
COMMENT ON FUNCTION convene.require_airtable(integer) IS
'The organization''s source. For use in other functions; granted to nobody.
Arguments: p_org_id.
Returns: its id.
Refuses: VALIDATION_ERROR (NULL), AIRTABLE_NOT_CONNECTED.';

CREATE OR REPLACE FUNCTION convene.forget_airtable(p_org_id integer) RETURNS void
LANGUAGE sql VOLATILE AS $$
    DELETE FROM convene.airtable_records r
    WHERE r.org_id = p_org_id AND NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = r.org_id AND u.airtable_record_id = r.record_id AND u.deleted_at IS NOT NULL
    );
    -- In the order in which everybody locks users.
    UPDATE convene.users u
    SET airtable_record_id = NULL, updated_at = pg_catalog.clock_timestamp()
    FROM (
        SELECT l.id FROM convene.users l
        WHERE l.org_id = p_org_id AND l.airtable_record_id IS NOT NULL AND l.deleted_at IS NULL
        ORDER BY l.id
        FOR NO KEY UPDATE
    ) linked
    WHERE u.org_id = p_org_id AND u.id = linked.id
$$;
COMMENT ON FUNCTION convene.forget_airtable(integer) IS
'Forgets which records stand for whom: nobody is removed when other records come. Those who are removed or erased keep
theirs, so that it does not make them anew. For use in other functions; granted to nobody.
Arguments: p_org_id.';

CREATE OR REPLACE FUNCTION convene.enqueue_airtable_sync(p_org_id integer, p_source_id uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
    SELECT convene.enqueue_work(
        'airtable_syncs', ARRAY[s.org_id], ARRAY[s.id], ARRAY['airtable'], ARRAY[NULL::uuid],
        ARRAY[pg_catalog.clock_timestamp()]
    )
    FROM convene.airtable_sources s
    WHERE s.org_id = p_org_id AND s.id = p_source_id
$$;
COMMENT ON FUNCTION convene.enqueue_airtable_sync(integer, uuid) IS
'Has a source read as soon as a worker is free. For use in other functions; granted to nobody.
Arguments: p_org_id and p_source_id, the source.';

CREATE OR REPLACE FUNCTION convene.connect_airtable(
    p_actor_id uuid, p_source_id uuid, p_base_id text, p_table text, p_key_id text, p_secrets bytea
) RETURNS TABLE (source_id uuid, base_id text, key_id text, secrets bytea, webhook_id text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org  integer := convene.require_admin(p_actor_id, 'connect Airtable');
    replaced convene.airtable_sources;
BEGIN
    PERFORM convene.require_given(p_source_id, 'p_source_id');
    PERFORM convene.require_given(p_base_id, 'p_base_id');
    PERFORM convene.require_given(p_table, 'p_table');
    PERFORM convene.require_given(p_key_id, 'p_key_id');
    PERFORM convene.require_given(p_secrets, 'p_secrets');
    IF p_base_id !~ '^app[A-Za-z0-9]{1,60}$' THEN
        PERFORM convene.refuse_argument('p_base_id', 'must be the id of a base, such as appA1b2C3d4E5f6G7');
    END IF;
    IF p_table !~ '^[^[:space:][:cntrl:]]([^[:cntrl:]]*[^[:space:][:cntrl:]])?$' OR char_length(p_table) > 100 THEN
        PERFORM convene.refuse_argument('p_table', 'must be the id or name of a table, of at most 100 characters');
    END IF;
    -- Two admins at once: the second replaces what the first connected.
    PERFORM FROM convene.organizations o WHERE o.id = own_org FOR NO KEY UPDATE;
    DELETE FROM convene.airtable_sources s WHERE s.org_id = own_org RETURNING * INTO replaced;
    PERFORM convene.remove_work('airtable_syncs', own_org, ARRAY[replaced.id]);
    IF replaced.base_id IS DISTINCT FROM p_base_id OR replaced.table_name IS DISTINCT FROM p_table THEN
        PERFORM convene.forget_airtable(own_org);
    END IF;
    INSERT INTO convene.airtable_sources (org_id, id, base_id, table_name, key_id, secrets)
    VALUES (own_org, p_source_id, p_base_id, p_table, p_key_id, p_secrets);
    PERFORM convene.audit(
        own_org, p_actor_id, 'connect_airtable', 'airtable_source', p_source_id::text,
        jsonb_build_object('base_id', p_base_id, 'table', p_table)
    );
    PERFORM convene.enqueue_airtable_sync(own_org, p_source_id);
    IF replaced.webhook_id IS NOT NULL THEN
        RETURN QUERY SELECT replaced.id, replaced.base_id, replaced.key_id, replaced.secrets, replaced.webhook_id;
    END IF;
END
$$;
COMMENT ON FUNCTION convene.connect_airtable(uuid, uuid, text, text, text, bytea) IS
'Makes a table in Airtable the organization''s directory of people, instead of the one before. All its records are read
as soon as a worker is free. With another base or table, records stand for nobody at first, and users are found by their
addresses.
Arguments: p_actor_id, an admin; p_source_id, made up by the service; p_base_id, the base; p_table, the table''s id or
name; p_key_id and p_secrets, sealed for that source.
Returns: one row, of the webhook that is to be removed at Airtable, with what opens the way; none where there is none.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.airtable_status(p_actor_id uuid)
RETURNS TABLE (
    id uuid, base_id text, table_name text, status text, last_error text, synced_at timestamptz, listed_at timestamptz,
    is_listing boolean, due_at timestamptz, webhook_expires_at timestamptz, is_pinged boolean, people bigint,
    report jsonb, created_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'see how Airtable is connected');
BEGIN
    PERFORM convene.require_airtable(own_org);
    RETURN QUERY
    SELECT
        s.id, s.base_id, s.table_name, s.status, coalesce(s.last_error, w.last_error), s.synced_at, s.listed_at,
        s.needs_listing OR s.listing_began_at IS NOT NULL, nullif(w.due_at, 'infinity'), s.webhook_expires_at,
        s.webhook_url IS NOT NULL AND NOT s.misses_pings,
        (
            SELECT count(*) FROM convene.users u
            WHERE u.org_id = s.org_id AND u.airtable_record_id IS NOT NULL AND u.deleted_at IS NULL
        ),
        convene.airtable_report(s.report, '{}'), s.created_at
    FROM convene.airtable_sources s
    LEFT JOIN convene.work_items w ON w.org_id = s.org_id AND w.queue = 'airtable_syncs' AND w.subject_id = s.id
    WHERE s.org_id = own_org;
END
$$;
COMMENT ON FUNCTION convene.airtable_status(uuid) IS
'How the organization''s directory in Airtable is connected, and how reading it goes.
Arguments: p_actor_id, an admin.
Returns: one row, without secrets; is_listing, whether all records are being read, or soon will be; due_at, when to read
again, NULL while it is read and while it is broken; is_pinged, whether
Airtable tells us of changes, so that they need not wait to be looked for; people, how many users have a record; report,
what became of the records since all of them were last read.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, AIRTABLE_NOT_CONNECTED.';

CREATE OR REPLACE FUNCTION convene.resync_airtable(p_actor_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'have Airtable read');
    source  uuid := convene.require_airtable(own_org);
BEGIN
    UPDATE convene.airtable_sources s
    SET needs_listing = true, status = 'active', last_error = NULL
    WHERE s.org_id = own_org AND s.id = source;
    PERFORM convene.audit(own_org, p_actor_id, 'resync_airtable', 'airtable_source', source::text, '{}');
    PERFORM convene.enqueue_airtable_sync(own_org, source);
END
$$;
COMMENT ON FUNCTION convene.resync_airtable(uuid) IS
'Has all records read again as soon as a worker is free, also from a source that is broken.
Arguments: p_actor_id, an admin.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, AIRTABLE_NOT_CONNECTED.';

CREATE OR REPLACE FUNCTION convene.disconnect_airtable(p_actor_id uuid)
RETURNS TABLE (source_id uuid, base_id text, key_id text, secrets bytea, webhook_id text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'disconnect Airtable');
    source  uuid := convene.require_airtable(own_org);
    removed convene.airtable_sources;
BEGIN
    DELETE FROM convene.airtable_sources s WHERE s.org_id = own_org AND s.id = source RETURNING * INTO removed;
    PERFORM convene.remove_work('airtable_syncs', own_org, ARRAY[source]);
    PERFORM convene.forget_airtable(own_org);
    PERFORM convene.audit(own_org, p_actor_id, 'disconnect_airtable', 'airtable_source', source::text, '{}');
    IF removed.webhook_id IS NOT NULL THEN
        RETURN QUERY SELECT removed.id, removed.base_id, removed.key_id, removed.secrets, removed.webhook_id;
    END IF;
END
$$;
COMMENT ON FUNCTION convene.disconnect_airtable(uuid) IS
'Airtable is no longer the organization''s directory. Users stay as they are.
Arguments: p_actor_id, an admin.
Returns: as connect_airtable does.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, AIRTABLE_NOT_CONNECTED.';
