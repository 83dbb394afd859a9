-- Every number comes from a range of an index: of bookings and slots around today, never of their history.

CREATE OR REPLACE FUNCTION convene.coordinator_overview(p_actor_id uuid)
RETURNS TABLE (
    bookings_today bigint, bookings_this_week jsonb, pending_requests bigint, oldest_pending_at timestamptz,
    overrides_waiting bigint, oldest_override_at timestamptz, late_cancellations_30d bigint, no_shows_30d bigint,
    slots_free_7d bigint, slots_booked_7d bigint, mentors_without_free_slots bigint, users_by_role jsonb,
    users_by_tier jsonb, dormant_users bigint, jobs_failing bigint, jobs_overdue bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp
-- Every range is narrow whatever its values; making the plan costs as much as running it.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_staff(p_actor_id, 'see the overview');
    office  record;
BEGIN
    SELECT
        o.time_zone AS zone, make_interval(mins => o.late_cancellation_minutes) AS late,
        wall::date AS today, monday::date AS monday,
        -- A day more on either side, and the exact days are taken from among these: clocks may change within the week.
        now() - (wall - monday) - interval '1 day' AS week_from, now() - (wall - monday) + interval '8 days' AS week_to
    INTO office
    FROM convene.organizations o
    CROSS JOIN LATERAL (SELECT now() AT TIME ZONE o.time_zone AS wall) AS clock
    CROSS JOIN LATERAL (SELECT date_trunc('week', wall) AS monday) AS week
    WHERE o.id = own_org;
    RETURN QUERY
    WITH days AS MATERIALIZED (
        SELECT b.status, (b.start_time AT TIME ZONE office.zone)::date AS day, count(*) AS many
        FROM convene.bookings b
        WHERE b.org_id = own_org AND b.start_time >= office.week_from AND b.start_time < office.week_to
        GROUP BY b.status, day
    ),
    this_week AS (
        SELECT status, sum(many) AS many, sum(many) FILTER (WHERE day = office.today) AS today
        FROM days
        WHERE day BETWEEN office.monday AND office.monday + 6
        GROUP BY status
    ),
    meetings AS (
        SELECT
            coalesce(jsonb_object_agg(status, many), '{}') AS this_week,
            coalesce(sum(today) FILTER (WHERE status IN ('pending', 'confirmed', 'completed', 'no_show')), 0)::bigint
                AS today
        FROM this_week
    ),
    -- Staff who cancel for others are not late.
    missed AS (
        SELECT
            count(*) FILTER (
                WHERE b.status = 'canceled' AND b.canceled_as IN ('host', 'attendee')
                  AND b.canceled_at > b.start_time - office.late
            ) AS late,
            count(*) FILTER (WHERE b.status = 'no_show' AND b.start_time <= now()) AS no_shows
        FROM convene.bookings b
        WHERE b.org_id = own_org AND b.start_time >= now() - interval '30 days' AND b.start_time <= now() + office.late
          AND b.status IN ('no_show', 'canceled')
    ),
    pending AS (
        SELECT count(*) AS many, min(b.created_at) AS oldest FROM convene.bookings b
        WHERE b.org_id = own_org AND b.status = 'pending' AND b.lapses_at > now()
    ),
    overrides AS (
        SELECT count(*) AS many, min(r.created_at) AS oldest FROM convene.tier_override_requests r
        WHERE r.org_id = own_org AND r.status = 'pending' AND r.expires_at > now()
    ),
    people AS (
        SELECT u.role, u.reputation_tier AS tier, count(*) AS many, count(u.dormant_since) AS dormant
        FROM convene.users u
        WHERE u.org_id = own_org AND convene.is_active_now(u)
        GROUP BY u.role, u.reputation_tier
    ),
    slots AS (
        SELECT s.mentor_id, count(*) FILTER (WHERE s.booking_id IS NULL) AS free, count(s.booking_id) AS booked
        FROM convene.time_slots s
        WHERE s.org_id = own_org AND s.start_time > now() AND s.start_time < now() + interval '7 days'
          AND (s.deleted_at IS NULL OR s.booking_id IS NOT NULL)
        GROUP BY s.mentor_id
    ),
    offers AS (
        SELECT
            coalesce(sum(s.free), 0)::bigint AS free, coalesce(sum(s.booked), 0)::bigint AS booked,
            count(*) FILTER (
                WHERE coalesce(s.free, 0) = 0 AND NOT EXISTS (
                    SELECT FROM convene.time_slots later
                    WHERE later.org_id = own_org AND later.mentor_id = u.id
                      AND later.start_time >= now() + interval '7 days' AND later.start_time < now() + interval '14 days'
                      AND later.booking_id IS NULL AND later.deleted_at IS NULL
                )
            ) AS mentors_without
        FROM convene.users u
        LEFT JOIN slots s ON s.mentor_id = u.id
        WHERE u.org_id = own_org AND u.role = 'mentor' AND convene.is_active_now(u)
    ),
    jobs AS (
        SELECT
            count(*) FILTER (WHERE j.last_status = 'failure') AS failing, count(*) FILTER (WHERE j.is_overdue) AS overdue
        FROM convene.job_status j
    )
    SELECT
        meetings.today, meetings.this_week, pending.many, pending.oldest, overrides.many, overrides.oldest,
        missed.late, missed.no_shows, offers.free, offers.booked, offers.mentors_without,
        (
            SELECT jsonb_object_agg(role, many)
            FROM (SELECT role, sum(many) AS many FROM people GROUP BY role) AS counted
        ),
        (
            SELECT coalesce(jsonb_object_agg(tier, many), '{}') FROM (
                SELECT tier, sum(many) AS many FROM people WHERE role IN ('mentor', 'mentee') GROUP BY tier
            ) AS counted
        ),
        (SELECT sum(dormant)::bigint FROM people),
        jobs.failing, jobs.overdue
    FROM meetings, missed, pending, overrides, offers, jobs;
END
$$;
COMMENT ON FUNCTION convene.coordinator_overview(uuid) IS
'How the organization is doing, for coordinators and admins.
Arguments: p_actor_id, who looks.
Returns: one row: bookings_today, meetings today in the organization''s zone, requests included; bookings_this_week, its
ISO week''s bookings by status; pending_requests and overrides_waiting, with when the oldest was made;
late_cancellations_30d, by a participant, and no_shows_30d, of meetings in the last 30 days; slots_free_7d and slots_booked_7d;
mentors_without_free_slots, active ones with none in the next 14 days; users_by_role, users_by_tier (mentors and mentees)
and dormant_users, of the active; jobs_failing, whose last run failed, and jobs_overdue, of the installation.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
