-- The slots of the bookings $3 and all future ones of $2.
SELECT id
FROM (
    SELECT b.time_slot_id AS id
    FROM convene.bookings b
    WHERE b.org_id = $1 AND b.id = ANY ($3) AND b.time_slot_id IS NOT NULL
    UNION
    -- Since the beginning of the transaction: an index cannot be asked for what is later than the clock.
    SELECT s.id
    FROM convene.time_slots s
    WHERE s.org_id = $1 AND s.mentor_id = ANY ($2) AND s.start_time > now()
) slots
ORDER BY id
