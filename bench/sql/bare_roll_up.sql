-- The same rows deleted and counted, with nothing against a second run that does it at the same time.
WITH gone AS (DELETE FROM convene.analytics_funnel_pending RETURNING *)
INSERT INTO convene.analytics_funnel_days AS d (org_id, day, event_type_id, page_views, slot_selections, bookings_confirmed)
SELECT
    org_id, day, event_type_id, count(*) FILTER (WHERE stage = 'page_view'), count(*) FILTER (WHERE stage = 'slot_selection'),
    count(*) FILTER (WHERE stage = 'booking_confirmed')
FROM gone
GROUP BY org_id, day, event_type_id
ON CONFLICT (org_id, day, event_type_id) DO UPDATE
SET page_views = d.page_views + EXCLUDED.page_views, slot_selections = d.slot_selections + EXCLUDED.slot_selections,
    bookings_confirmed = d.bookings_confirmed + EXCLUDED.bookings_confirmed
