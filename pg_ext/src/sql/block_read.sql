SELECT
    id, mentor_id,
    jsonb_build_object(
        'recurrence', recurrence, 'start_date', start_date, 'until_date', until_date,
        'start_time', left(start_time::text, 5), 'end_time', left(end_time::text, 5), 'ends_next_day', ends_next_day,
        'time_zone', time_zone, 'slot_minutes', slot_minutes, 'buffer_minutes', buffer_minutes,
        'meeting_type', meeting_type, 'location_preset_id', location_preset_id, 'location_custom', location_custom,
        'requires_confirmation', requires_confirmation, 'is_active', is_active
    ),
    generated_until, created_at, updated_at
FROM convene.availability_blocks
WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL
