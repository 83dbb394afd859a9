-- Nothing is made yet of the block as it now is.
UPDATE convene.availability_blocks
SET mentor_id = $3, recurrence = $4, start_date = $5, until_date = $6, start_time = $7::text::time,
    end_time = $8::text::time, ends_next_day = $9, time_zone = $10, slot_minutes = $11, buffer_minutes = $12,
    meeting_type = $13, location_preset_id = $14, location_custom = $15, requires_confirmation = $16, is_active = $17,
    generated_until = NULL, updated_at = clock_timestamp()
WHERE org_id = $1 AND id = $2
