-- The counts of a year, added up.
SELECT day, sum(page_views)::bigint, sum(slot_selections)::bigint, sum(bookings_confirmed)::bigint
FROM convene.analytics_funnel_days
WHERE org_id = 1 AND day BETWEEN current_date - 365 AND current_date
GROUP BY day
ORDER BY day
