-- $1 organization, $2 mentor, $3 from, $4 to, ($5, $6) the last slot already looked at, $7 how many.
-- A slot whose booking can lapse is a candidate, too. What is the same for all slots of a block is read once, elsewhere.
SELECT {columns}
FROM convene.time_slots slot
WHERE slot.org_id = $1 AND slot.mentor_id = $2
  AND slot.start_time >= greatest(coalesce($3, now()), now(), $5)
  AND slot.start_time < coalesce($4, 'infinity')
  AND ($5 IS NULL OR (slot.start_time, slot.id) > ($5, $6))
  AND slot.deleted_at IS NULL
  AND (
      slot.booking_id IS NULL
      OR EXISTS (
          SELECT FROM convene.bookings b
          WHERE b.org_id = slot.org_id AND b.id = slot.booking_id AND b.status IN ('held', 'pending')
      )
  )
ORDER BY slot.start_time, slot.id
LIMIT $7
