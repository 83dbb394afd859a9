-- $1 events of a year that are in no count yet, spread over all event types: of ten, seven views, two selections and a booking.
INSERT INTO convene.analytics_funnel_pending (org_id, seq, day, event_type_id, stage)
SELECT
    -- Beyond what events get by themselves.
    1, 1000000000000 + nth, current_date - (nth * 7919 % 366)::integer, types.ids[1 + nth * 104729 % types.many],
    CASE WHEN nth % 10 < 7 THEN 'page_view' WHEN nth % 10 < 9 THEN 'slot_selection' ELSE 'booking_confirmed' END
FROM (SELECT array_agg(e.id ORDER BY e.id) AS ids, count(*)::integer AS many FROM convene.event_types e) AS types,
generate_series(1, $1::bigint) AS nth
