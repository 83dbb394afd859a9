-- Every place where something personal of a user is kept. A new table that points at users, or keeps what they write,
-- gets its line here and in export_user; a test (tests/tests/erasure.rs) finds the one that has none. What there may be
-- thousands of is forgotten in steps.

CREATE OR REPLACE FUNCTION convene.without_name(p_people jsonb, p_user_id uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(pg_catalog.jsonb_agg(
        CASE WHEN one.person ->> 'user_id' = p_user_id::text
            THEN one.person || '{"name": "Erased user"}' ELSE one.person END
        ORDER BY one.nth
    ), '[]')
    FROM pg_catalog.jsonb_array_elements(p_people) WITH ORDINALITY AS one (person, nth)
$$;
COMMENT ON FUNCTION convene.without_name(jsonb, uuid) IS
'People of a stored answer without the name of one. For use in other functions; granted to nobody.
Arguments: p_people, an array of {user_id, name, …}; p_user_id, whose name goes.
Returns: the array.';

CREATE OR REPLACE FUNCTION convene.forget_person(p_org_id integer, p_user_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    erased   constant text := '(erased)';
    requests uuid[] := ARRAY(
        SELECT r.id FROM convene.tier_override_requests r
        WHERE r.org_id = p_org_id AND p_user_id IN (r.mentee_id, r.mentor_id, r.reviewed_by)
        ORDER BY 1
    );
BEGIN
    UPDATE convene.users u
    SET name = 'Erased user', email = 'erased-' || u.id || '@erased.invalid', title = NULL, company = NULL, bio = NULL,
        slug = NULL, time_zone = 'UTC', is_active = false, suspension_reason = NULL, suspended_until = NULL,
        dormant_since = NULL, updated_at = clock_timestamp(),
        deleted_at = coalesce(u.deleted_at, clock_timestamp())
    WHERE u.org_id = p_org_id AND u.id = p_user_id;

    -- Why they were suspended is about them, whoever wrote it.
    UPDATE convene.audit_log l
    SET details = l.details - 'suspension_reason'
    WHERE l.org_id = p_org_id AND l.action = 'change_user' AND l.target_id = p_user_id::text
      AND l.details ? 'suspension_reason';

    DELETE FROM convene.team_members m WHERE m.org_id = p_org_id AND m.user_id = p_user_id;

    -- Ways in. Links first: one that is being used opens a session, and is waited for.
    DELETE FROM convene.magic_links l WHERE l.org_id = p_org_id AND l.user_id = p_user_id;
    DELETE FROM convene.sessions s WHERE s.org_id = p_org_id AND s.user_id = p_user_id;
    DELETE FROM convene.sign_in_events e WHERE e.org_id = p_org_id AND e.user_id = p_user_id;
    DELETE FROM convene.api_keys k WHERE k.org_id = p_org_id AND k.user_id = p_user_id;
    DELETE FROM convene.user_identities i WHERE i.org_id = p_org_id AND i.user_id = p_user_id;
    DELETE FROM convene.email_deliveries d WHERE d.org_id = p_org_id AND d.user_id = p_user_id;

    -- The id of their record stays, so that it does not make them anew.
    DELETE FROM convene.airtable_records r
    WHERE r.org_id = p_org_id AND r.record_id = (
        SELECT u.airtable_record_id FROM convene.users u WHERE u.org_id = p_org_id AND u.id = p_user_id
    );
    DELETE FROM convene.user_phones p WHERE p.org_id = p_org_id AND p.user_id = p_user_id;
    DELETE FROM convene.user_urls l WHERE l.org_id = p_org_id AND l.user_id = p_user_id;
    DELETE FROM convene.user_tags t WHERE t.org_id = p_org_id AND t.user_id = p_user_id;
    DELETE FROM convene.calendar_connect_states s WHERE s.org_id = p_org_id AND s.user_id = p_user_id;
    PERFORM convene.remove_connections(p_org_id, ARRAY(
        SELECT c.id FROM convene.calendar_connections c WHERE c.org_id = p_org_id AND c.user_id = p_user_id ORDER BY c.id
    ));
    DELETE FROM convene.blackout_dates d WHERE d.org_id = p_org_id AND d.mentor_id = p_user_id;
    UPDATE convene.availability_blocks a
    SET is_active = false, updated_at = clock_timestamp(),
        location_custom = CASE WHEN a.location_custom IS NOT NULL THEN erased END
    WHERE a.org_id = p_org_id AND a.mentor_id = p_user_id;

    -- What they offered is offered no more. The bookings of it still say what they were of.
    UPDATE convene.event_types t
    SET title = erased, slug = t.id::text::convene.citext, description = NULL, questions = '[]', schedule_id = NULL,
        location_custom = CASE
            -- An address is still one.
            WHEN t.meeting_type = 'link' THEN 'https://erased.invalid/' WHEN t.location_custom IS NOT NULL THEN erased
        END,
        is_active = false, updated_at = clock_timestamp(), deleted_at = coalesce(t.deleted_at, clock_timestamp())
    WHERE t.org_id = p_org_id AND t.host_id = p_user_id;
    DELETE FROM convene.event_type_links l
    USING convene.event_types t
    WHERE t.org_id = p_org_id AND t.host_id = p_user_id AND l.org_id = t.org_id AND l.event_type_id = t.id;
    DELETE FROM convene.schedules s WHERE s.org_id = p_org_id AND s.user_id = p_user_id;
    DELETE FROM convene.travel_dates t WHERE t.org_id = p_org_id AND t.user_id = p_user_id;

    UPDATE convene.tier_override_requests r
    SET reason = CASE WHEN r.mentee_id = p_user_id THEN 'Erased with its writer' ELSE r.reason END,
        review_notes = CASE WHEN r.reviewed_by IS DISTINCT FROM p_user_id THEN r.review_notes END,
        -- With one of the two gone there is nothing left to decide.
        status = CASE WHEN r.status = 'pending' THEN 'rejected' ELSE r.status END,
        reviewed_at = CASE WHEN r.status = 'pending' THEN clock_timestamp() ELSE r.reviewed_at END
    WHERE r.org_id = p_org_id AND r.id = ANY (requests);

    DELETE FROM convene.idempotency_requests i WHERE i.org_id = p_org_id AND i.scope = 'user:' || p_user_id;
END
$$;
COMMENT ON FUNCTION convene.forget_person(integer, uuid) IS
'Takes everything personal of a user out of every table, but for what forget_meetings takes; erase_user, which has locked
what it must, begins with it. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user.';

CREATE OR REPLACE FUNCTION convene.forget_meetings(p_org_id integer, p_user_id uuid, p_limit integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    erased   constant text := '(erased)';
    -- Meetings of which the host says where they are.
    in_words constant text[] := ARRAY['in_person_custom', 'phone', 'link'];
    done     uuid := (
        SELECT r.last_booking FROM convene.erasures r WHERE r.org_id = p_org_id AND r.user_id = p_user_id
    );
    -- What they take or took part in, or did something to as staff.
    meetings uuid[] := ARRAY(
        SELECT met.booking_id
        FROM (
            SELECT p.booking_id FROM convene.booking_participants p
            WHERE p.org_id = p_org_id AND p.user_id = p_user_id AND p.booking_id > done
            UNION
            SELECT e.booking_id FROM convene.booking_events e
            WHERE e.org_id = p_org_id AND e.actor_id = p_user_id AND e.acted_as = 'staff' AND e.booking_id > done
        ) met
        ORDER BY met.booking_id
        LIMIT p_limit
    );
    notices  integer;
    is_done  boolean;
BEGIN
    -- What they wrote, and nobody else's words. Rows in the order in which everybody locks bookings.
    PERFORM FROM convene.bookings b WHERE b.org_id = p_org_id AND b.id = ANY (meetings) ORDER BY b.id FOR NO KEY UPDATE;
    UPDATE convene.bookings b
    SET location = CASE
            WHEN hosted.is_theirs AND b.meeting_type = ANY (in_words) AND b.location IS NOT NULL THEN erased
            ELSE b.location
        END,
        cancellation_notes = CASE WHEN b.canceled_by IS DISTINCT FROM p_user_id THEN b.cancellation_notes END,
        -- A declined request keeps the words of whoever declined it there.
        cancellation_reason = CASE WHEN declined.is_theirs THEN NULL ELSE b.cancellation_reason END
    FROM unnest(meetings) AS meeting (id)
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM convene.booking_participants p
            WHERE p.org_id = p_org_id AND p.booking_id = meeting.id AND p.user_id = p_user_id AND p.role = 'host'
              AND p.status <> 'left'
        ) AS is_theirs
    ) hosted
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM convene.booking_events e
            WHERE e.org_id = p_org_id AND e.booking_id = meeting.id AND e.event = 'declined' AND e.actor_id = p_user_id
        ) AS is_theirs
    ) declined
    WHERE b.org_id = p_org_id AND b.id = meeting.id
      AND (hosted.is_theirs OR declined.is_theirs OR b.canceled_by = p_user_id);
    UPDATE convene.booking_participants p
    SET meeting_goal = CASE WHEN p.meeting_goal IS NOT NULL THEN erased END, materials_urls = '{}', answers = '{}'
    WHERE p.org_id = p_org_id AND p.booking_id = ANY (meetings) AND p.user_id = p_user_id AND p.role = 'attendee';
    -- History keeps what happened, and not what they wrote about it.
    UPDATE convene.booking_events e
    SET words = CASE WHEN e.actor_id IS DISTINCT FROM p_user_id THEN e.words END,
        location = CASE
            WHEN p_user_id = ANY (e.hosts) AND e.meeting_type = ANY (in_words) AND e.location IS NOT NULL THEN erased
            ELSE e.location
        END
    WHERE e.org_id = p_org_id AND e.booking_id = ANY (meetings)
      AND (e.actor_id = p_user_id AND e.words IS NOT NULL
           OR p_user_id = ANY (e.hosts) AND e.meeting_type = ANY (in_words));
    UPDATE convene.ratings r SET comment = NULL
    WHERE r.org_id = p_org_id AND r.booking_id = ANY (meetings) AND r.rater_id = p_user_id AND r.comment IS NOT NULL;
    UPDATE convene.idempotency_requests i
    SET response = i.response
        || jsonb_build_object(
            'hosts', convene.without_name(i.response -> 'hosts', p_user_id),
            'attendees', convene.without_name(i.response -> 'attendees', p_user_id)
        )
        || CASE WHEN i.response ->> 'mentee_id' = p_user_id::text
            THEN jsonb_build_object('meeting_goal', erased, 'materials_urls', '[]'::jsonb) ELSE '{}' END
        || CASE WHEN i.response -> 'hosts' @> jsonb_build_array(jsonb_build_object('user_id', p_user_id))
                AND i.response ->> 'meeting_type' = ANY (in_words) AND i.response ->> 'location' IS NOT NULL
            THEN jsonb_build_object('location', erased) ELSE '{}' END
    WHERE i.org_id = p_org_id AND i.response ->> 'id' = ANY (meetings::text[]);

    -- What others were told names them by id: they read the new name.
    DELETE FROM convene.notification_log n
    WHERE n.org_id = p_org_id AND n.id = ANY (ARRAY(
        SELECT l.id FROM convene.notification_log l
        WHERE l.org_id = p_org_id AND l.user_id = p_user_id
        ORDER BY l.created_at
        LIMIT 4 * p_limit
    ));
    GET DIAGNOSTICS notices = ROW_COUNT;

    is_done := cardinality(meetings) < p_limit AND notices < 4 * p_limit;
    UPDATE convene.erasures r
    SET last_booking = coalesce(meetings[cardinality(meetings)], r.last_booking),
        bookings_done = r.bookings_done + cardinality(meetings)
    WHERE r.org_id = p_org_id AND r.user_id = p_user_id;
    RETURN is_done;
END
$$;
COMMENT ON FUNCTION convene.forget_meetings(integer, uuid, integer) IS
'Takes what a user wrote out of the next of their bookings, and some of the notices to them; the row in erasures says how
far that is. For use in other functions, which have locked the user; granted to nobody.
Arguments: p_org_id and p_user_id, the user; p_limit, how many bookings at most.
Returns: whether nothing is left.';
