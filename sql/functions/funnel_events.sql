-- What happens on public booking pages is counted here, and who visits is not known. Nothing waits for another visitor: an
-- event is two rows of its own (migrations/V10__analytics.sql says why).

CREATE OR REPLACE FUNCTION convene.record_funnel_event(p_event_type_id uuid, p_stage text, p_visitor text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    page    record;
    counted boolean;
BEGIN
    PERFORM convene.require_given(p_event_type_id, 'p_event_type_id');
    PERFORM convene.require_given(p_stage, 'p_stage');
    PERFORM convene.require_one_of(p_stage, ARRAY['page_view', 'slot_selection'], 'p_stage');
    IF p_visitor !~ '^[A-Za-z0-9_-]{16,64}$' THEN
        PERFORM convene.refuse_argument('p_visitor', 'must be 16 to 64 letters, digits, hyphens and underscores');
    END IF;
    SELECT t.org_id, t.team_id, t.is_active, (now() AT TIME ZONE o.time_zone)::date AS day
    INTO page
    FROM convene.event_types t
    JOIN convene.organizations o ON o.id = t.org_id
    WHERE t.id = p_event_type_id AND t.deleted_at IS NULL AND NOT t.is_private;
    IF NOT FOUND THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    ELSIF NOT page.is_active THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_BOOKABLE', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
    WITH happened AS (
        INSERT INTO convene.analytics_funnel_events (org_id, event_type_id, team_id, stage, visit_hash)
        VALUES (
            page.org_id, p_event_type_id, page.team_id, p_stage,
            -- With the event type: visits to two pages cannot be told to be one visitor's.
            sha256(convert_to(p_event_type_id::text || p_visitor, 'UTF8'))
        )
        ON CONFLICT (org_id, event_type_id, visit_hash, stage) WHERE visit_hash IS NOT NULL DO NOTHING
        RETURNING org_id, seq, event_type_id, stage
    ),
    pending AS (
        INSERT INTO convene.analytics_funnel_pending (org_id, seq, day, event_type_id, stage)
        SELECT h.org_id, h.seq, page.day, h.event_type_id, h.stage FROM happened h
    )
    SELECT count(*) = 1 INTO counted FROM happened;
    RETURN counted;
END
$$;
COMMENT ON FUNCTION convene.record_funnel_event(uuid, text, text) IS
'Counts what happened on the public page of an event type (docs/analytics.md). booking_confirmed is counted by dispatch_events.
Arguments: p_event_type_id; p_stage, page_view or slot_selection; p_visitor, a random key that the page makes for the visit,
16 to 64 letters, digits, hyphens and underscores, of which a hash is kept: a stage counts once for each key and event type.
Without a key it counts each time.
Returns: whether it counted.
Refuses: VALIDATION_ERROR, EVENT_TYPE_NOT_FOUND (unknown, removed or private), EVENT_TYPE_NOT_BOOKABLE (switched off).';

CREATE OR REPLACE FUNCTION convene.record_page_event(
    p_org text, p_owner text, p_event_type text, p_stage text, p_visitor text DEFAULT NULL
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    is_id boolean := p_owner ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
    page  uuid;
BEGIN
    PERFORM convene.require_given(p_org, 'p_org');
    PERFORM convene.require_given(p_owner, 'p_owner');
    PERFORM convene.require_given(p_event_type, 'p_event_type');
    SELECT t.id INTO page
    FROM convene.organizations o
    JOIN convene.event_types t ON t.org_id = o.id AND t.slug = p_event_type::convene.citext AND t.deleted_at IS NULL AND NOT t.is_private
    WHERE o.slug = p_org::convene.citext
      AND (
          t.team_id = (
              SELECT m.id FROM convene.teams m WHERE m.org_id = o.id AND m.slug = p_owner::convene.citext AND m.deleted_at IS NULL
          )
          OR t.host_id = (
              SELECT u.id FROM convene.users u
              WHERE u.org_id = o.id AND convene.is_active_now(u)
                AND (u.slug = p_owner::convene.citext OR u.id = CASE WHEN is_id THEN p_owner::uuid END)
              LIMIT 1
          )
      );
    IF NOT FOUND THEN
        PERFORM convene.refuse('PAGE_NOT_FOUND', '{}');
    END IF;
    RETURN convene.record_funnel_event(page, p_stage, p_visitor);
END
$$;
COMMENT ON FUNCTION convene.record_page_event(text, text, text, text, text) IS
'The same as record_funnel_event, for whoever knows the page by its address.
Arguments: p_org, the organization''s short name; p_owner, the team''s short name, or the host''s id; p_event_type, the event type''s
short name; p_stage and p_visitor, as for record_funnel_event.
Returns: whether it counted.
Refuses: VALIDATION_ERROR, PAGE_NOT_FOUND (also of a private event type), EVENT_TYPE_NOT_BOOKABLE (switched off).';
