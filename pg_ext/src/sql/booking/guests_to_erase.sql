-- $1 organization; $2 the indexes of an address in hexadecimal, or $3 a booking: guests of whom something is known, and who is to be locked
-- for each. Erased ones are no longer found, so that whoever calls again goes on.
SELECT g.id, g.booking_id, ARRAY(
    SELECT p.user_id FROM convene.booking_participants p
    WHERE p.org_id = g.org_id AND p.booking_id = g.booking_id AND p.user_id IS NOT NULL AND p.status <> 'left'
) AS people
FROM convene.booking_guests g
WHERE g.org_id = $1 AND g.erased_at IS NULL AND (g.email_index = ANY (ARRAY(SELECT decode(index, 'hex') FROM unnest($2) AS index)) OR g.booking_id = $3)
ORDER BY g.booking_id, g.id
LIMIT 100
