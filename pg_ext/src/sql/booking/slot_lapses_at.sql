-- When the booking of a slot lapses by itself.
CASE WHEN slot.booking_id IS NOT NULL THEN (
    SELECT CASE b.status
        WHEN 'held' THEN b.held_until
        WHEN 'pending' THEN least(b.start_time, b.created_at + org.pending_expiry_days * interval '1 day')
    END
    FROM convene.bookings b
    JOIN convene.organizations org ON org.id = b.org_id
    WHERE b.org_id = slot.org_id AND b.id = slot.booking_id
) END