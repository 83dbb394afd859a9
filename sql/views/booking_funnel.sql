-- Today is the organization's. Events that are not in the counts of their day yet count, too.
CREATE OR REPLACE VIEW convene.booking_funnel WITH (security_barrier) AS
SELECT
    o.slug::text AS organization,
    coalesce(t.name, host.name) AS owner_name,
    e.title AS event_type,
    counted.page_views,
    counted.slot_selections,
    counted.bookings_confirmed,
    counted.bookings_confirmed::double precision / nullif(counted.page_views, 0) AS conversion_rate,
    e.id AS event_type_id
FROM convene.organizations o
CROSS JOIN LATERAL (
    SELECT
        parts.event_type_id, sum(parts.page_views)::bigint AS page_views, sum(parts.slot_selections)::bigint AS slot_selections,
        sum(parts.bookings_confirmed)::bigint AS bookings_confirmed
    FROM (
        SELECT d.event_type_id, d.page_views, d.slot_selections, d.bookings_confirmed
        FROM convene.analytics_funnel_days d
        WHERE d.org_id = o.id AND d.day > (now() AT TIME ZONE o.time_zone)::date - 30
        UNION ALL
        SELECT
            p.event_type_id, (p.stage = 'page_view')::integer, (p.stage = 'slot_selection')::integer,
            (p.stage = 'booking_confirmed')::integer
        FROM convene.analytics_funnel_pending p
        WHERE p.org_id = o.id AND p.day > (now() AT TIME ZONE o.time_zone)::date - 30
    ) parts
    GROUP BY parts.event_type_id
) counted
JOIN convene.event_types e ON e.org_id = o.id AND e.id = counted.event_type_id
LEFT JOIN convene.teams t ON t.org_id = e.org_id AND t.id = e.team_id
LEFT JOIN convene.users host ON host.org_id = e.org_id AND host.id = e.host_id;
COMMENT ON VIEW convene.booking_funnel IS 'How visits to the booking page of each event type ended in the last 30 days, in the organization''s zone (docs/analytics.md)';
COMMENT ON COLUMN convene.booking_funnel.organization IS 'Short name of the organization';
COMMENT ON COLUMN convene.booking_funnel.owner_name IS 'The team or the host';
COMMENT ON COLUMN convene.booking_funnel.event_type IS 'Its title';
COMMENT ON COLUMN convene.booking_funnel.page_views IS 'Visits of its page';
COMMENT ON COLUMN convene.booking_funnel.slot_selections IS 'Visits in which a time was chosen';
COMMENT ON COLUMN convene.booking_funnel.bookings_confirmed IS 'Bookings confirmed, and seats taken in confirmed meetings';
COMMENT ON COLUMN convene.booking_funnel.conversion_rate IS 'Bookings by views; NULL without views. Bookings that were not made on a page count, too, so it may exceed 1';
COMMENT ON COLUMN convene.booking_funnel.event_type_id IS 'Its id';
