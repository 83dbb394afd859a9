-- When the booking of a slot lapses by itself.
CASE WHEN slot.booking_id IS NOT NULL THEN (
    SELECT b.lapses_at FROM convene.bookings b WHERE b.org_id = slot.org_id AND b.id = slot.booking_id
) END