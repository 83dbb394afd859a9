-- Availability blocks, days off and places, as their host and the staff see them. Mentees see slots.

CREATE OR REPLACE FUNCTION convene.require_availability_of(p_actor_id uuid, p_mentor_id uuid) RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    actor record;
BEGIN
    SELECT a.org_id, a.id, a.is_staff INTO actor FROM convene.require_actor(p_actor_id) a;
    PERFORM convene.require_given(p_mentor_id, 'p_mentor_id');
    IF NOT EXISTS (
        SELECT FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.id = p_mentor_id AND u.role = 'mentor' AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('MENTOR_NOT_FOUND', pg_catalog.jsonb_build_object('mentor_id', p_mentor_id));
    END IF;
    IF NOT actor.is_staff AND actor.id <> p_mentor_id THEN
        PERFORM convene.refuse(
            'NOT_AUTHORIZED', pg_catalog.jsonb_build_object('action', 'see the availability of another mentor')
        );
    END IF;
    RETURN actor.org_id;
END
$$;
COMMENT ON FUNCTION convene.require_availability_of(uuid, uuid) IS
'Lets those pass who may see a mentor''s blocks: the mentor, coordinators and admins. For use in other
functions; granted to nobody.
Arguments: p_actor_id, who looks; p_mentor_id, whose.
Returns: the organization.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.list_availability_blocks(
    p_actor_id  uuid,
    p_mentor_id uuid,
    p_limit     integer DEFAULT 50,
    p_after_id  uuid DEFAULT NULL
) RETURNS TABLE (
    id uuid, mentor_id uuid, recurrence text, start_date date, until_date date, start_time time, end_time time,
    ends_next_day boolean, time_zone text, slot_minutes integer, buffer_minutes integer, meeting_type text,
    location_preset_id uuid, location_custom text, requires_confirmation boolean, is_active boolean,
    generated_until date, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_availability_of(p_actor_id, p_mentor_id);
BEGIN
    PERFORM convene.require_limit(p_limit);
    RETURN QUERY
    SELECT
        b.id, b.mentor_id, b.recurrence, b.start_date, b.until_date, b.start_time, b.end_time, b.ends_next_day,
        b.time_zone::text, b.slot_minutes, b.buffer_minutes, b.meeting_type, b.location_preset_id, b.location_custom,
        b.requires_confirmation, b.is_active, b.generated_until, b.created_at, b.updated_at
    FROM convene.availability_blocks b
    WHERE b.org_id = tenant AND b.mentor_id = p_mentor_id AND b.deleted_at IS NULL
      AND (p_after_id IS NULL OR b.id > p_after_id)
    ORDER BY b.id
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_availability_blocks(uuid, uuid, integer, uuid) IS
'A mentor''s availability blocks, in the order they were made, for the mentor, coordinators and admins.
Arguments: p_actor_id, who looks; p_mentor_id, whose; p_limit, 1 to 200; p_after_id, the last row of the page before.
Returns: the blocks that are not deleted, switched-off ones too.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.get_availability_block(p_block_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, mentor_id uuid, recurrence text, start_date date, until_date date, start_time time, end_time time,
    ends_next_day boolean, time_zone text, slot_minutes integer, buffer_minutes integer, meeting_type text,
    location_preset_id uuid, location_custom text, requires_confirmation boolean, is_active boolean,
    generated_until date, created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_block_id, 'p_block_id');
    RETURN QUERY
    SELECT
        b.id, b.mentor_id, b.recurrence, b.start_date, b.until_date, b.start_time, b.end_time, b.ends_next_day,
        b.time_zone::text, b.slot_minutes, b.buffer_minutes, b.meeting_type, b.location_preset_id, b.location_custom,
        b.requires_confirmation, b.is_active, b.generated_until, b.created_at, b.updated_at
    FROM convene.availability_blocks b
    WHERE b.org_id = actor.org_id AND b.id = p_block_id AND b.deleted_at IS NULL
      AND (actor.is_staff OR b.mentor_id = actor.id);
    IF NOT FOUND THEN
        PERFORM convene.refuse('BLOCK_NOT_FOUND', jsonb_build_object('block_id', p_block_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.get_availability_block(uuid, uuid) IS
'One availability block, for its mentor, coordinators and admins.
Arguments: p_block_id, the block; p_actor_id, who looks.
Returns: one row.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, BLOCK_NOT_FOUND (unknown, deleted, or not theirs).';

CREATE OR REPLACE FUNCTION convene.list_blackout_dates(
    p_actor_id  uuid,
    p_mentor_id uuid,
    p_from      date DEFAULT NULL,
    p_limit     integer DEFAULT 50,
    p_after     date DEFAULT NULL
) RETURNS TABLE (id uuid, mentor_id uuid, day date, reason text, created_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    tenant integer := convene.require_hours_of(p_actor_id, p_mentor_id);
BEGIN
    PERFORM convene.require_limit(p_limit);
    RETURN QUERY
    SELECT d.id, d.mentor_id, d.day, d.reason, d.created_at
    FROM convene.blackout_dates d
    WHERE d.org_id = tenant AND d.mentor_id = p_mentor_id
      AND d.day >= coalesce(p_from, '-infinity') AND d.day > coalesce(p_after, '-infinity')
    ORDER BY d.day
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_blackout_dates(uuid, uuid, date, integer, date) IS
'A host''s days off, by date, for the host, coordinators and admins.
Arguments: p_actor_id, who looks; p_mentor_id, whose: a mentor, coordinator or admin; p_from, the first day wanted; p_limit, 1 to 200; p_after, the
last day of the page before.
Returns: the days.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, HOST_NOT_FOUND, NOT_AUTHORIZED.';
