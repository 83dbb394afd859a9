-- What everybody may see: the event types of a host or a team, and their free times. Whatever cannot be shown is not there:
-- an unknown name, a private or inactive event type, and another organization's are answered alike.

CREATE OR REPLACE FUNCTION convene.page_owner(p_org text, p_owner text)
RETURNS TABLE (org_id integer, host_id uuid, team_id uuid, name text, organization text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT o.id, owner.host_id, owner.team_id, owner.name, o.name
    FROM convene.organizations o
    CROSS JOIN LATERAL (
        SELECT u.id AS host_id, NULL::uuid AS team_id, u.name
        FROM convene.users u
        WHERE u.org_id = o.id AND convene.is_active_now(u)
          AND (
              u.slug = p_owner::convene.citext
              -- A host without a short name is found by their id.
              OR u.id = CASE WHEN p_owner ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_owner::uuid END
          )
        UNION ALL
        SELECT NULL, t.id, t.name
        FROM convene.teams t
        WHERE t.org_id = o.id AND t.deleted_at IS NULL AND t.slug = p_owner::convene.citext
    ) AS owner
    WHERE o.slug = p_org::convene.citext
    LIMIT 1
$$;
COMMENT ON FUNCTION convene.page_owner(text, text) IS
'Whose page an address names. For use in other functions; granted to nobody.
Arguments: p_org, an organization''s short name; p_owner, a host''s or team''s short name, or a host''s id.
Returns: one row, or none.';

CREATE OR REPLACE FUNCTION convene.public_event_types(p_org text, p_owner text)
RETURNS TABLE (
    slug text, title text, description text, color text, durations integer[], meeting_type text, capacity integer,
    owner_name text, organization_name text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_given(p_org, 'p_org');
    PERFORM convene.require_given(p_owner, 'p_owner');
    RETURN QUERY
    SELECT
        t.slug::text, t.title, t.description, t.color, t.durations, t.meeting_type, t.capacity, owner.name,
        owner.organization
    FROM convene.page_owner(p_org, p_owner) AS owner
    JOIN convene.event_types t ON t.org_id = owner.org_id AND (t.host_id = owner.host_id OR t.team_id = owner.team_id)
    WHERE t.is_active AND NOT t.is_private AND t.deleted_at IS NULL
    ORDER BY t.title, t.id
    LIMIT 200;
    IF NOT FOUND THEN
        PERFORM convene.refuse('PAGE_NOT_FOUND', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.public_event_types(text, text) IS
'The event types of a host or a team that everybody may book, by title, at most 200.
Arguments: p_org, the organization''s short name; p_owner, the host''s or team''s short name, or the host''s id.
Returns: what a page shows of each.
Refuses: VALIDATION_ERROR (NULL); PAGE_NOT_FOUND, also where there is no such event type.';

CREATE OR REPLACE FUNCTION convene.public_event_type(
    p_org text, p_owner text, p_slug text, p_link_token_hash bytea DEFAULT NULL
) RETURNS TABLE (
    id uuid, org_id integer, slug text, title text, description text, color text, durations integer[], questions jsonb,
    meeting_type text, capacity integer, requires_confirmation boolean, owner_name text, organization_name text,
    host_names text[], time_zone text, bookable_from date, bookable_until date
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_given(p_org, 'p_org');
    PERFORM convene.require_given(p_owner, 'p_owner');
    PERFORM convene.require_given(p_slug, 'p_slug');
    RETURN QUERY
    SELECT
        t.id, t.org_id, t.slug::text, t.title, t.description, t.color, t.durations, t.questions, t.meeting_type,
        t.capacity, t.requires_confirmation, owner.name, owner.organization,
        ARRAY(
            SELECT u.name
            FROM convene.users u
            WHERE u.org_id = t.org_id AND convene.is_active_now(u)
              AND (u.id = t.host_id OR u.id IN (
                  SELECT m.user_id FROM convene.team_event_type_members m
                  WHERE m.org_id = t.org_id AND m.event_type_id = t.id
              ))
            ORDER BY u.name, u.id
        ),
        dates.time_zone, dates.first_day, dates.last_day
    FROM convene.page_owner(p_org, p_owner) AS owner
    JOIN convene.event_types t ON t.org_id = owner.org_id AND (t.host_id = owner.host_id OR t.team_id = owner.team_id)
    CROSS JOIN LATERAL convene.bookable_dates(t.id) AS dates
    WHERE t.slug = p_slug::convene.citext AND t.is_active AND t.deleted_at IS NULL
      AND CASE WHEN p_link_token_hash IS NULL THEN NOT t.is_private ELSE EXISTS (
          SELECT FROM convene.event_type_links l
          WHERE l.token_hash = p_link_token_hash AND l.org_id = t.org_id AND l.event_type_id = t.id
            AND l.revoked_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp())
            AND (l.uses_most IS NULL OR l.uses < l.uses_most)
      ) END;
    IF NOT FOUND THEN
        PERFORM convene.refuse('PAGE_NOT_FOUND', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.public_event_type(text, text, text, bytea) IS
'What a page shows of one event type. Looking at it does not use a private link up.
Arguments: p_org and p_owner, as for public_event_types; p_slug, the event type''s short name; p_link_token_hash, SHA-256 of a
private link''s token, which a private event type needs.
Returns: one row; bookable_from and bookable_until, the first and the last date that can be booked, on the clocks of time_zone.
Refuses: VALIDATION_ERROR (NULL); PAGE_NOT_FOUND, whatever the reason.';

CREATE OR REPLACE FUNCTION convene.public_slots(
    p_org text, p_owner text, p_slug text, p_from timestamptz, p_to timestamptz, p_duration integer DEFAULT NULL,
    p_link_token_hash bytea DEFAULT NULL, p_limit integer DEFAULT 10000
) RETURNS TABLE (start_time timestamptz, end_time timestamptz, seats_left integer)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER ROWS 100
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    page record;
BEGIN
    SELECT * INTO page FROM convene.public_event_type(p_org, p_owner, p_slug, p_link_token_hash);
    RETURN QUERY
    SELECT s.start_time, s.end_time, s.seats_left
    FROM convene.available_slots(page.id, p_from, p_to, p_duration, p_limit) AS s;
END
$$;
COMMENT ON FUNCTION convene.public_slots(text, text, text, timestamptz, timestamptz, integer, bytea, integer) IS
'The free times of an event type, for everybody.
Arguments: p_org, p_owner, p_slug and p_link_token_hash, as for public_event_type; the others, as for available_slots.
Returns: as available_slots.
Refuses: PAGE_NOT_FOUND, VALIDATION_ERROR.';
