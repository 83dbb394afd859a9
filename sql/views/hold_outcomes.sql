CREATE OR REPLACE VIEW convene.hold_outcomes WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    (e.occurred_at AT TIME ZONE o.time_zone)::date AS day,
    count(*) AS made,
    count(*) FILTER (WHERE ended.event = 'finalized') AS finalized,
    count(*) FILTER (WHERE ended.event = 'expired' OR (b.status = 'held' AND b.held_until <= now())) AS lapsed,
    count(*) FILTER (WHERE ended.event = 'canceled') AS canceled,
    count(*) FILTER (WHERE b.status = 'held' AND b.held_until > now()) AS still_open
FROM convene.organizations o
JOIN convene.booking_events e ON e.org_id = o.id AND e.event = 'held' AND e.occurred_at >= now() - interval '30 days'
JOIN convene.bookings b ON b.org_id = e.org_id AND b.id = e.booking_id
LEFT JOIN LATERAL (
    SELECT ending.event FROM convene.booking_events ending
    WHERE ending.org_id = e.org_id AND ending.booking_id = e.booking_id AND ending.from_status = 'held'
      AND ending.to_status <> 'held'
    LIMIT 1
) ended ON true
GROUP BY o.slug, (e.occurred_at AT TIME ZONE o.time_zone)::date;
COMMENT ON VIEW convene.hold_outcomes IS 'What became of the times that were held on each of the last 30 days, in the organization''s zone';
COMMENT ON COLUMN convene.hold_outcomes.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.hold_outcomes.day IS 'When they were held';
COMMENT ON COLUMN convene.hold_outcomes.made IS 'How many were';
COMMENT ON COLUMN convene.hold_outcomes.finalized IS 'Became bookings';
COMMENT ON COLUMN convene.hold_outcomes.lapsed IS 'Were not finalized in time';
COMMENT ON COLUMN convene.hold_outcomes.canceled IS 'Were given up';
COMMENT ON COLUMN convene.hold_outcomes.still_open IS 'Can still be finalized';
