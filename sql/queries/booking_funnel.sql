-- Pages that many see and few book on come first.
SELECT
    organization, owner_name, event_type, page_views, slot_selections, bookings_confirmed, round(100 * conversion_rate) AS percent,
    event_type_id
FROM convene.booking_funnel
ORDER BY organization, page_views - bookings_confirmed DESC, owner_name, event_type;
