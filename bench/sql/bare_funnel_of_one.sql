-- A year's counts of event type $1.
SELECT day, page_views, slot_selections, bookings_confirmed
FROM convene.analytics_funnel_days
WHERE org_id = 1 AND event_type_id = $1 AND day BETWEEN current_date - 365 AND current_date
ORDER BY day
