-- Notices: what people are told. A row of notification_log has a kind and facts, people in it by id; the text is made when
-- it is read (pg_ext/messages). An event of a booking's history says by itself what a notice about it needs.
-- These are PL/pgSQL and have one plan for all values: planned anew for each notice, they took four times as long as their work.

CREATE OR REPLACE FUNCTION convene.uuids(p_array jsonb) RETURNS uuid[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT coalesce(pg_catalog.array_agg(one.id::uuid ORDER BY one.nth), '{}')
        FROM pg_catalog.jsonb_array_elements_text(p_array) WITH ORDINALITY AS one (id, nth)
    );
END
$$;
COMMENT ON FUNCTION convene.uuids(jsonb) IS
'The ids of a JSON array. For use in other functions; granted to nobody.
Arguments: p_array, an array of ids; NULL is empty.
Returns: the ids.';

CREATE OR REPLACE FUNCTION convene.people_facts(p_org_id integer, p_users uuid[], p_guests uuid[] DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT coalesce(pg_catalog.jsonb_agg(listed.person ORDER BY listed.nth), '[]')
        FROM (
            SELECT one.nth, pg_catalog.jsonb_build_object('id', u.id, 'name', u.name) AS person
            FROM pg_catalog.unnest(p_users) WITH ORDINALITY AS one (id, nth)
            JOIN convene.users u ON u.org_id = p_org_id AND u.id = one.id
            UNION ALL
            -- What guests are called is sealed.
            SELECT
                pg_catalog.cardinality(p_users) + one.nth,
                pg_catalog.jsonb_build_object('id', one.id, 'name', NULL, 'account', 'guest')
            FROM pg_catalog.unnest(p_guests) WITH ORDINALITY AS one (id, nth)
        ) listed
    );
END
$$;
COMMENT ON FUNCTION convene.people_facts(integer, uuid[], uuid[]) IS
'People as messages name them. For use in other functions; granted to nobody.
Arguments: p_org_id; p_users and p_guests, their ids.
Returns: an array of {id, name}, in that order.';

CREATE OR REPLACE FUNCTION convene.event_facts(p_org_id integer, p_seq bigint, p_reader_id uuid, p_part text)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT e.facts || pg_catalog.jsonb_build_object(
            'reader', pg_catalog.jsonb_build_object('id', p_reader_id, 'part', p_part),
            'actor', convene.people_facts(
                e.org_id, pg_catalog.array_remove(ARRAY[e.actor_id], NULL), pg_catalog.array_remove(ARRAY[e.actor_guest_id], NULL)
            ) -> 0,
            'acted_as', e.acted_as,
            'source', CASE WHEN b.time_slot_id IS NOT NULL THEN 'time_slot' ELSE 'event_type' END,
            'hosts', convene.people_facts(e.org_id, e.hosts),
            -- Three are named, and the others counted.
            'attendees', convene.people_facts(e.org_id, e.attendees[:3], e.guests[:3]),
            'attendee_count', pg_catalog.cardinality(e.attendees) + pg_catalog.cardinality(e.guests),
            'start', e.start_time, 'place', e.location, 'conference_url', e.conference_url,
            'from_status', e.from_status, 'to_status', e.to_status, 'words', e.words,
            'from_hosts', convene.people_facts(e.org_id, convene.uuids(e.facts -> 'from_hosts')),
            'absent', convene.people_facts(
                e.org_id, pg_catalog.array_remove(ARRAY[(e.facts ->> 'absent_user_id')::uuid], NULL),
                pg_catalog.array_remove(ARRAY[(e.facts ->> 'absent_guest_id')::uuid], NULL)
            ),
            'participant', convene.people_facts(
                e.org_id,
                CASE WHEN e.facts ? 'guest_id' THEN '{}'
                    ELSE pg_catalog.array_remove(ARRAY[coalesce((e.facts ->> 'user_id')::uuid, e.actor_id)], NULL) END,
                pg_catalog.array_remove(ARRAY[coalesce((e.facts ->> 'guest_id')::uuid, e.actor_guest_id)], NULL)
            ) -> 0
        )
        FROM convene.booking_events e
        JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id
        WHERE e.org_id = p_org_id AND e.seq = p_seq
    );
END
$$;
COMMENT ON FUNCTION convene.event_facts(integer, bigint, uuid, text) IS
'What messages about an event of a booking''s history need (docs/messages.md): the booking as it was after the event,
whatever happened since, and people by their present names. For use in other functions; granted to nobody.
Arguments: p_org_id and p_seq, the event; p_reader_id and p_part, who reads, and as host, attendee, former_host or staff.
Returns: an object.';

CREATE OR REPLACE FUNCTION convene.notice_facts(
    p_org_id integer, p_user_id uuid, p_event_seq bigint, p_facts jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_event_seq IS NOT NULL THEN
        RETURN convene.event_facts(p_org_id, p_event_seq, p_user_id, p_facts ->> 'part');
    END IF;
    RETURN p_facts || pg_catalog.jsonb_build_object(
        'mentor', convene.people_facts(p_org_id, pg_catalog.array_remove(ARRAY[(p_facts ->> 'mentor_id')::uuid], NULL)) -> 0,
        'person', convene.people_facts(p_org_id, pg_catalog.array_remove(ARRAY[(p_facts ->> 'user_id')::uuid], NULL)) -> 0,
        -- A reviewer's words are kept once, with the request.
        'words', (
            SELECT r.review_notes FROM convene.tier_override_requests r
            WHERE r.org_id = p_org_id AND r.id = (p_facts ->> 'tier_override_request_id')::uuid
        )
    );
END
$$;
COMMENT ON FUNCTION convene.notice_facts(integer, uuid, bigint, jsonb) IS
'The facts of a notice, with people by name. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, who is told; p_event_seq and p_facts, as in notification_log.
Returns: an object, as docs/messages.md has it.';

CREATE OR REPLACE FUNCTION convene.notice_text(
    p_org_id integer, p_user_id uuid, p_kind text, p_event_seq bigint, p_facts jsonb
) RETURNS TABLE (title text, message text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT rendered.title, rendered.message
    FROM convene.users u
    CROSS JOIN LATERAL convene.render_notice(
        p_kind, convene.notice_facts(p_org_id, p_user_id, p_event_seq, p_facts), 'en', u.time_zone
    ) AS rendered
    WHERE u.org_id = p_org_id AND u.id = p_user_id;
END
$$;
COMMENT ON FUNCTION convene.notice_text(integer, uuid, text, bigint, jsonb) IS
'The text of a notice as its reader reads it, in their zone.
Arguments: p_org_id, p_user_id, p_kind, p_event_seq and p_facts, as in notification_log.
Returns: one row; none when there is no such user.';
