-- $2 who acts, NULL for the system.
SELECT
    clock_timestamp() AS now, org.closes_early, org.late_cancellation_minutes, org.late_cancellation_penalty,
    org.late_cancellation_penalty_days, org.pending_expiry_days,
    EXISTS (
        SELECT FROM convene.users actor
        WHERE actor.org_id = org.id AND actor.id = $2
          AND (actor.dormant_since IS NOT NULL OR actor.last_activity_at < clock_timestamp() - interval '1 day')
    ) AS actor_is_stale
FROM convene.organizations org
WHERE org.id = $1
