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
-- Planned for its values: how much lies in a week is known only then.
SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_staff(p_actor_id, 'see the overview');
    office  record;
BEGIN
    SELECT
        o.time_zone AS zone, make_interval(mins => o.late_cancellation_minutes) AS late,
        (now() AT TIME ZONE o.time_zone)::date AS today
    INTO office
    FROM convene.organizations o
    WHERE o.id = own_org;
    RETURN QUERY
    WITH around AS (
        SELECT b.status, b.start_time, b.canceled_at, (b.start_time AT TIME ZONE office.zone)::date AS day,
            -- Staff who cancel for others are not late.
            b.canceled_by IN (b.mentor_id, b.mentee_id) AS is_own_cancellation
        FROM convene.bookings b
        WHERE b.org_id = own_org
          AND b.start_time >= now() - interval '30 days' AND b.start_time < now() + interval '9 days'
    ),
    meetings AS (
        SELECT
            count(*) FILTER (
                WHERE day = office.today AND status IN ('pending', 'confirmed', 'completed', 'no_show')
            ) AS today,
            count(*) FILTER (
                WHERE status = 'canceled' AND is_own_cancellation
                  AND canceled_at > start_time - office.late AND start_time <= now() + office.late
            ) AS late,
            count(*) FILTER (WHERE status = 'no_show' AND start_time <= now()) AS missed
        FROM around
    ),
    week AS (
        SELECT coalesce(jsonb_object_agg(status, many), '{}') AS by_status
        FROM (
            SELECT status, count(*) AS many FROM around
            WHERE date_trunc('week', day) = date_trunc('week', office.today)
            GROUP BY status
        ) AS counted
    ),
    pending AS (
        SELECT count(*) AS many, min(b.created_at) AS oldest FROM convene.bookings b
        WHERE b.org_id = own_org AND b.status = 'pending'
    ),
    overrides AS (
        SELECT count(*) AS many, min(r.created_at) AS oldest FROM convene.tier_override_requests r
        WHERE r.org_id = own_org AND r.status = 'pending'
    ),
    people AS (
        SELECT u.id, u.role, u.reputation_tier, u.dormant_since
        FROM convene.users u
        WHERE u.org_id = own_org AND u.deleted_at IS NULL AND u.is_active
    ),
    offers AS (
        SELECT
            count(*) FILTER (WHERE s.start_time < now() + interval '7 days' AND s.booking_id IS NULL) AS free,
            count(*) FILTER (WHERE s.start_time < now() + interval '7 days' AND s.booking_id IS NOT NULL) AS booked,
            count(DISTINCT mentor.id) - count(DISTINCT mentor.id) FILTER (WHERE s.booking_id IS NULL AND s.id IS NOT NULL)
                AS mentors_without
        FROM people mentor
        LEFT JOIN convene.time_slots s
            ON s.org_id = own_org AND s.mentor_id = mentor.id
            AND s.start_time > now() AND s.start_time < now() + interval '14 days'
            AND (s.deleted_at IS NULL OR s.booking_id IS NOT NULL)
        WHERE mentor.role = 'mentor'
    ),
    jobs AS (
        SELECT
            count(*) FILTER (WHERE j.last_status = 'failure') AS failing, count(*) FILTER (WHERE j.is_overdue) AS overdue
        FROM convene.job_status j
    )
    SELECT
        meetings.today, week.by_status, pending.many, pending.oldest, overrides.many, overrides.oldest,
        meetings.late, meetings.missed, offers.free, offers.booked, offers.mentors_without,
        (SELECT jsonb_object_agg(role, many) FROM (SELECT role, count(*) AS many FROM people GROUP BY role) AS counted),
        (
            SELECT coalesce(jsonb_object_agg(reputation_tier, many), '{}') FROM (
                SELECT reputation_tier, count(*) AS many FROM people WHERE role IN ('mentor', 'mentee')
                GROUP BY reputation_tier
            ) AS counted
        ),
        (SELECT count(*) FROM people WHERE dormant_since IS NOT NULL),
        jobs.failing, jobs.overdue
    FROM meetings, week, pending, overrides, offers, jobs;
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
