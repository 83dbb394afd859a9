-- $1 organization, $2 mentor, $3 from, $4 to, ($5, $6) the last slot already looked at, $7 how many.
-- A slot whose booking has lapsed is a candidate, too.
SELECT {columns}
FROM convene.time_slots slot
JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
JOIN convene.users mentor ON mentor.org_id = slot.org_id AND mentor.id = slot.mentor_id
LEFT JOIN convene.location_presets preset ON preset.org_id = block.org_id AND preset.id = block.location_preset_id
LEFT JOIN convene.bookings b ON b.org_id = slot.org_id AND b.id = slot.booking_id AND b.status IN ('held', 'pending')
LEFT JOIN convene.organizations org ON org.id = b.org_id AND b.status = 'pending'
WHERE slot.org_id = $1 AND slot.mentor_id = $2
  AND slot.start_time >= greatest(coalesce($3, now()), now(), $5)
  AND slot.start_time < coalesce($4, 'infinity')
  AND ($5 IS NULL OR (slot.start_time, slot.id) > ($5, $6))
  AND slot.deleted_at IS NULL AND (slot.booking_id IS NULL OR b.id IS NOT NULL)
ORDER BY slot.start_time, slot.id
LIMIT $7
