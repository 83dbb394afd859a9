-- The counts of a year, added up, with titles.
SELECT e.title, counted.*
FROM (
    SELECT event_type_id, sum(page_views)::bigint AS page_views, sum(slot_selections)::bigint, sum(bookings_confirmed)::bigint
    FROM convene.analytics_funnel_days
    WHERE org_id = 1 AND day BETWEEN current_date - 365 AND current_date
    GROUP BY event_type_id
) AS counted
JOIN convene.event_types e ON e.org_id = 1 AND e.id = counted.event_type_id
ORDER BY counted.page_views DESC
