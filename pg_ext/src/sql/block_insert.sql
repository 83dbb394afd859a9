INSERT INTO convene.availability_blocks (
    org_id, id, mentor_id, recurrence, start_date, until_date, start_time, end_time, ends_next_day, time_zone,
    slot_minutes, buffer_minutes, meeting_type, location_preset_id, location_custom, requires_confirmation, is_active
)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::time, $8::text::time, $9, $10, $11, $12, $13, $14, $15, $16, $17)
