-- $1 organization, $2 bookings.
SELECT {columns}
FROM convene.booking_participants p
LEFT JOIN convene.users person ON person.org_id = p.org_id AND person.id = p.user_id
WHERE p.org_id = $1 AND p.booking_id = ANY ($2)
ORDER BY p.booking_id, p.position
