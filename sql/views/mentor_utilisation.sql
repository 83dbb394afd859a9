CREATE OR REPLACE VIEW convene.mentor_utilisation WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    u.name AS mentor_name,
    u.email::text AS mentor_email,
    u.reputation_tier,
    slots.offered_past,
    slots.booked_past,
    slots.booked_past::double precision / nullif(slots.offered_past, 0) AS utilisation_past,
    slots.offered_ahead,
    slots.booked_ahead,
    slots.booked_ahead::double precision / nullif(slots.offered_ahead, 0) AS utilisation_ahead,
    u.dormant_since IS NOT NULL AS is_dormant,
    u.id AS mentor_id
FROM convene.users u
JOIN convene.organizations o ON o.id = u.org_id
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE s.start_time <= now()) AS offered_past,
        count(s.booking_id) FILTER (WHERE s.start_time <= now()) AS booked_past,
        count(*) FILTER (WHERE s.start_time > now()) AS offered_ahead,
        count(s.booking_id) FILTER (WHERE s.start_time > now()) AS booked_ahead
    FROM convene.time_slots s
    WHERE s.org_id = u.org_id AND s.mentor_id = u.id
      AND s.start_time >= now() - interval '30 days' AND s.start_time < now() + interval '30 days'
      AND (s.deleted_at IS NULL OR s.booking_id IS NOT NULL)
) slots
WHERE u.role = 'mentor' AND u.deleted_at IS NULL;
COMMENT ON VIEW convene.mentor_utilisation IS 'How much of each mentor''s offered time was booked in the last 30 days, and is in the next 30';
COMMENT ON COLUMN convene.mentor_utilisation.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.mentor_utilisation.mentor_name IS 'The mentor';
COMMENT ON COLUMN convene.mentor_utilisation.mentor_email IS 'Their address';
COMMENT ON COLUMN convene.mentor_utilisation.reputation_tier IS 'Their tier';
COMMENT ON COLUMN convene.mentor_utilisation.offered_past IS 'Slots of the last 30 days';
COMMENT ON COLUMN convene.mentor_utilisation.booked_past IS 'Those with a booking that was not canceled, declined or expired';
COMMENT ON COLUMN convene.mentor_utilisation.utilisation_past IS 'Booked share of them, 0 to 1; NULL without slots';
COMMENT ON COLUMN convene.mentor_utilisation.offered_ahead IS 'Slots of the next 30 days';
COMMENT ON COLUMN convene.mentor_utilisation.booked_ahead IS 'Those with a booking, requests included';
COMMENT ON COLUMN convene.mentor_utilisation.utilisation_ahead IS 'Booked share of them, 0 to 1; NULL without slots';
COMMENT ON COLUMN convene.mentor_utilisation.is_dormant IS 'Whether they were found dormant';
COMMENT ON COLUMN convene.mentor_utilisation.mentor_id IS 'Their id';
