-- Pages of bookings. Each statement walks one index in the order of the answer and stops at the limit. What was tried
-- with a million bookings:
-- * A person's bookings are walked by their own rows of booking_participants, which have a copy of the start.
-- * Of two lower bounds on one index a btree may start from the lesser and step over all that lies between (550 ms
--   instead of 1): so from and cursor are folded into one.
-- * People are looked up row by row. As joins, a plan made for an unknown limit reads all users.

CREATE OR REPLACE FUNCTION convene.bookings_of_organization(
    p_org_id integer, p_status text, p_after_start timestamptz, p_after_id uuid, p_to timestamptz, p_limit integer,
    p_team_id uuid, p_event_type_id uuid
) RETURNS SETOF convene.bookings
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50
-- Planned for its values: with a status, a team or an event type, the index that begins with it serves.
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT * FROM convene.bookings b
    WHERE b.org_id = p_org_id
      AND (b.start_time, b.id) > (p_after_start, p_after_id) AND b.start_time < p_to
      AND (p_status IS NULL OR b.status = p_status)
      AND (p_team_id IS NULL OR b.team_id = p_team_id)
      AND (p_event_type_id IS NULL OR b.event_type_id = p_event_type_id)
    ORDER BY b.start_time, b.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.bookings_of_organization(
    integer, text, timestamptz, uuid, timestamptz, integer, uuid, uuid
) IS
'A page of an organization''s bookings by start and id. For use in other functions; granted to nobody.
Arguments: p_org_id; p_status, NULL for any; p_after_start and p_after_id, exclusive; p_to, exclusive; p_limit; p_team_id and
p_event_type_id, NULL for any.
Returns: bookings.';

CREATE OR REPLACE FUNCTION convene.bookings_of_user(
    p_org_id integer, p_user_id uuid, p_role text, p_other_ids uuid[], p_other_roles text[], p_status text,
    p_after_start timestamptz, p_after_id uuid, p_to timestamptz, p_limit integer, p_team_id uuid, p_event_type_id uuid
) RETURNS SETOF convene.bookings
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 50 AS $$
BEGIN
    RETURN QUERY
    SELECT b.*
    FROM convene.booking_participants p
    JOIN convene.bookings b ON b.org_id = p.org_id AND b.id = p.booking_id
    WHERE p.org_id = p_org_id AND p.user_id = p_user_id AND p.status <> 'left'
      AND (p.start_time, p.booking_id) > (p_after_start, p_after_id) AND p.start_time < p_to
      AND (p_role IS NULL OR p.role = p_role)
      AND (p_status IS NULL OR b.status = p_status)
      AND (p_team_id IS NULL OR b.team_id = p_team_id)
      AND (p_event_type_id IS NULL OR b.event_type_id = p_event_type_id)
      AND NOT EXISTS (
          SELECT FROM unnest(p_other_ids, p_other_roles) AS other (id, role)
          WHERE NOT EXISTS (
              SELECT FROM convene.booking_participants o
              WHERE o.org_id = p.org_id AND o.booking_id = p.booking_id AND o.user_id = other.id AND o.status <> 'left'
                AND (other.role IS NULL OR o.role = other.role)
          )
      )
    ORDER BY p.start_time, p.booking_id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.bookings_of_user(
    integer, uuid, text, uuid[], text[], text, timestamptz, uuid, timestamptz, integer, uuid, uuid
) IS
'A page of the bookings a user takes part in, by start and id. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user; p_role, as host or attendee, NULL for either; p_other_ids, with whom, and
p_other_roles, as what each of them; p_status, NULL for any; p_after_start and p_after_id, exclusive; p_to, exclusive;
p_limit; p_team_id and p_event_type_id, NULL for any.
Returns: bookings.';

CREATE OR REPLACE FUNCTION convene.bookings_asked_for(
    p_actor_id uuid, p_mine boolean, p_status text, p_from timestamptz, p_to timestamptz, p_email text,
    p_mentor_id uuid, p_mentee_id uuid, p_team_id uuid, p_event_type_id uuid,
    OUT org_id integer, OUT people uuid[], OUT roles text[], OUT after_start timestamptz, OUT after_id uuid,
    OUT to_time timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor   record;
    unknown uuid;
    named   uuid;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_mine, 'p_mine');
    PERFORM convene.require_one_of(p_status, ARRAY[
        'held', 'pending', 'confirmed', 'completed', 'no_show', 'canceled', 'declined', 'expired'
    ], 'p_status');
    IF p_to < p_from THEN
        PERFORM convene.refuse_argument('p_to', 'must not be before from');
    END IF;
    IF p_team_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.teams t
        WHERE t.org_id = actor.org_id AND t.id = p_team_id
          AND (actor.is_staff OR EXISTS (
              SELECT FROM convene.team_members m
              WHERE m.org_id = t.org_id AND m.team_id = t.id AND m.user_id = actor.id
          ))
    ) THEN
        PERFORM convene.refuse('TEAM_NOT_FOUND', jsonb_build_object('team_id', p_team_id));
    END IF;
    IF p_event_type_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM convene.event_types e WHERE e.org_id = actor.org_id AND e.id = p_event_type_id
    ) THEN
        PERFORM convene.refuse('EVENT_TYPE_NOT_FOUND', jsonb_build_object('event_type_id', p_event_type_id));
    END IF;
    IF NOT p_mine AND NOT actor.is_staff AND p_team_id IS NULL THEN
        PERFORM convene.refuse(
            'NOT_AUTHORIZED', jsonb_build_object('action', 'list the bookings of the organization')
        );
    END IF;

    SELECT wanted INTO unknown
    FROM unnest(ARRAY[p_mentor_id, p_mentee_id]) AS wanted
    WHERE wanted IS NOT NULL
      AND NOT EXISTS (SELECT FROM convene.users u WHERE u.org_id = actor.org_id AND u.id = wanted)
    LIMIT 1;
    IF FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', unknown));
    END IF;

    IF p_email IS NOT NULL THEN
        SELECT u.id INTO named
        FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.email = p_email::convene.citext AND u.deleted_at IS NULL;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;
    bookings_asked_for.org_id := actor.org_id;
    people := '{}';
    roles := '{}';
    IF p_mine THEN
        people := people || actor.id;
        roles := roles || NULL::text;
    END IF;
    IF named IS NOT NULL THEN
        people := people || named;
        roles := roles || NULL::text;
    END IF;
    IF p_mentee_id IS NOT NULL THEN
        people := people || p_mentee_id;
        roles := roles || 'attendee'::text;
    END IF;
    IF p_mentor_id IS NOT NULL THEN
        people := people || p_mentor_id;
        roles := roles || 'host'::text;
    END IF;
    -- What starts at p_from or later comes after the last possible id of the microsecond before.
    after_start := coalesce(p_from, '-infinity') - interval '1 microsecond';
    after_id := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    to_time := coalesce(p_to, 'infinity');
END
$$;
COMMENT ON FUNCTION convene.bookings_asked_for(
    uuid, boolean, text, timestamptz, timestamptz, text, uuid, uuid, uuid, uuid
) IS
'Checks the filters of list_bookings and count_bookings, and says what they mean. For use in other functions; granted to
nobody.
Arguments: as of list_bookings.
Returns: org_id, NULL when the address belongs to nobody and so no booking is meant; people, everybody who must take part,
and roles, as what: the bookings of the first are walked, and without any those of the organization; after_start and
after_id, after which they start, and to_time, before which.
Refuses: as list_bookings does.';

CREATE OR REPLACE FUNCTION convene.list_bookings(
    p_actor_id    uuid,
    p_mine        boolean DEFAULT true,
    p_status      text DEFAULT NULL,
    p_from        timestamptz DEFAULT NULL,
    p_to          timestamptz DEFAULT NULL,
    p_email       text DEFAULT NULL,
    p_limit       integer DEFAULT 50,
    p_after_start timestamptz DEFAULT NULL,
    p_after_id    uuid DEFAULT NULL,
    p_mentor_id   uuid DEFAULT NULL,
    p_mentee_id   uuid DEFAULT NULL,
    p_team_id     uuid DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, status text, mentor_id uuid, mentee_id uuid, time_slot_id uuid, event_type_id uuid,
    start_time timestamptz, end_time timestamptz, hosts jsonb, attendees jsonb, capacity integer,
    meeting_goal text, materials_urls text[], meeting_type text, location text, held_until timestamptz,
    requested_at timestamptz, responded_at timestamptz, confirmed_at timestamptz, canceled_at timestamptz,
    canceled_by uuid, cancellation_reason text, cancellation_notes text, no_show_user_id uuid, conference_url text,
    created_at timestamptz, updated_at timestamptz, mentor_name text, mentee_name text, has_rated boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp
-- One plan serves all values, and making it costs more than running it; bookings_of_organization knows better.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    asked record;
BEGIN
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_cursor(
        p_after_start IS NOT NULL, p_after_id IS NOT NULL, 'p_after_start', 'p_after_id'
    );
    SELECT * INTO asked FROM convene.bookings_asked_for(
        p_actor_id, p_mine, p_status, p_from, p_to, p_email, p_mentor_id, p_mentee_id, p_team_id, p_event_type_id
    );
    IF asked.org_id IS NULL THEN
        RETURN;
    END IF;
    IF (p_after_start, p_after_id) > (asked.after_start, asked.after_id) THEN
        asked.after_start := p_after_start;
        asked.after_id := p_after_id;
    END IF;

    RETURN QUERY
    SELECT
        b.id, b.status, people.mentor_id, people.mentee_id, b.time_slot_id, b.event_type_id, b.start_time, b.end_time,
        people.hosts, people.attendees, b.capacity, people.meeting_goal, people.materials_urls, b.meeting_type,
        b.location, b.held_until, b.requested_at, b.responded_at, b.confirmed_at, b.canceled_at, b.canceled_by,
        b.cancellation_reason, b.cancellation_notes, people.no_show_user_id, b.conference_url, b.created_at,
        b.updated_at, people.mentor_name, people.mentee_name,
        EXISTS (
            SELECT FROM convene.ratings r
            WHERE r.org_id = b.org_id AND r.booking_id = b.id AND r.rater_id = p_actor_id
        )
    FROM (
        SELECT * FROM convene.bookings_of_organization(
            asked.org_id, p_status, asked.after_start, asked.after_id, asked.to_time, p_limit, p_team_id, p_event_type_id
        )
        WHERE cardinality(asked.people) = 0
        UNION ALL
        SELECT * FROM convene.bookings_of_user(
            asked.org_id, asked.people[1], asked.roles[1], asked.people[2:], asked.roles[2:], p_status,
            asked.after_start, asked.after_id, asked.to_time, p_limit, p_team_id, p_event_type_id
        )
        WHERE cardinality(asked.people) > 0
    ) b
    CROSS JOIN LATERAL convene.booking_people(b.org_id, b.id) AS people
    ORDER BY b.start_time, b.id;
END
$$;
COMMENT ON FUNCTION convene.list_bookings(
    uuid, boolean, text, timestamptz, timestamptz, text, integer, timestamptz, uuid, uuid, uuid, uuid, uuid
) IS
'Bookings, by start time.
Arguments: p_actor_id, who looks; p_mine, true for those they take part in, false for all of the organization
(coordinators and admins) or of a team they are in (with p_team_id); p_status, only those; p_from and p_to, only those starting in [p_from, p_to); p_email,
only those with that participant; p_limit, 1 to 200; p_after_start and p_after_id, the last row of the page before;
p_mentor_id and p_mentee_id, only those that this user hosts, or attends; p_team_id and p_event_type_id, only those of that
team, or event type.
Returns: the bookings with their hosts and attendees, and in office hours mentor and mentee by name; has_rated, whether
who looks has rated it.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND (the actor, the mentor or the mentee), USER_INACTIVE, NOT_AUTHORIZED, TEAM_NOT_FOUND
(unknown, or not theirs to see), EVENT_TYPE_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.count_bookings(
    p_actor_id  uuid,
    p_mine      boolean DEFAULT true,
    p_status    text DEFAULT NULL,
    p_from      timestamptz DEFAULT NULL,
    p_to        timestamptz DEFAULT NULL,
    p_email     text DEFAULT NULL,
    p_mentor_id uuid DEFAULT NULL,
    p_mentee_id uuid DEFAULT NULL,
    p_team_id   uuid DEFAULT NULL,
    p_event_type_id uuid DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    -- Nobody reads a list of more, and everybody waits for a count of more.
    most constant integer := 1000;
    asked record;
BEGIN
    SELECT * INTO asked FROM convene.bookings_asked_for(
        p_actor_id, p_mine, p_status, p_from, p_to, p_email, p_mentor_id, p_mentee_id, p_team_id, p_event_type_id
    );
    IF asked.org_id IS NULL THEN
        RETURN 0;
    ELSIF cardinality(asked.people) = 0 THEN
        RETURN (
            SELECT count(*)
            FROM convene.bookings_of_organization(
                asked.org_id, p_status, asked.after_start, asked.after_id, asked.to_time, most,
                p_team_id, p_event_type_id
            )
        );
    END IF;
    RETURN (
        SELECT count(*)
        FROM convene.bookings_of_user(
            asked.org_id, asked.people[1], asked.roles[1], asked.people[2:], asked.roles[2:], p_status,
            asked.after_start, asked.after_id, asked.to_time, most, p_team_id, p_event_type_id
        )
    );
END
$$;
COMMENT ON FUNCTION convene.count_bookings(uuid, boolean, text, timestamptz, timestamptz, text, uuid, uuid, uuid, uuid) IS
'How many bookings there are in a list, counted up to 1,000.
Arguments: as of list_bookings.
Returns: 0 to 1,000; 1,000 means that there are as many or more.
Refuses: as list_bookings does.';
