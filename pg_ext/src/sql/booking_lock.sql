-- $3 who acts.
SELECT
    EXISTS (
        SELECT FROM convene.users actor
        WHERE actor.org_id = $1 AND actor.id = $3
          AND (actor.dormant_since IS NOT NULL OR actor.last_activity_at < clock_timestamp() - interval '1 day')
    ),
    clock_timestamp(),
    org.closes_early, org.late_cancellation_minutes, org.late_cancellation_penalty, org.late_cancellation_penalty_days,
    b.id, b.status, b.mentor_id, b.mentee_id, b.time_slot_id, b.start_time, b.end_time, b.meeting_goal,
    b.materials_urls, b.meeting_type, b.location, b.requested_at, b.responded_at, b.confirmed_at, b.canceled_at,
    b.canceled_by, b.cancellation_reason, b.cancellation_notes, b.no_show_user_id, b.conference_url, b.created_at, b.updated_at
FROM convene.bookings b
JOIN convene.organizations org ON org.id = b.org_id
WHERE b.org_id = $1 AND b.id = $2
FOR NO KEY UPDATE OF b
