-- $1 organization, $2 id, $3 what its owner sets, by the columns' names.
UPDATE convene.event_types t
SET schedule_id = d.schedule_id, slug = d.slug, title = d.title, description = d.description, color = d.color,
    durations = d.durations, slot_interval_minutes = d.slot_interval_minutes,
    buffer_before_minutes = d.buffer_before_minutes, buffer_after_minutes = d.buffer_after_minutes,
    minimum_notice_minutes = d.minimum_notice_minutes, horizon_days = d.horizon_days, bookable_from = d.bookable_from,
    bookable_until = d.bookable_until, limit_per_day = d.limit_per_day, limit_per_week = d.limit_per_week,
    limit_per_month = d.limit_per_month, minutes_per_day = d.minutes_per_day, minutes_per_week = d.minutes_per_week,
    minutes_per_month = d.minutes_per_month, capacity = d.capacity, meeting_type = d.meeting_type,
    location_preset_id = d.location_preset_id, location_custom = d.location_custom,
    requires_confirmation = d.requires_confirmation, questions = d.questions, is_active = d.is_active,
    is_private = d.is_private, updated_at = clock_timestamp()
FROM jsonb_populate_record(NULL::convene.event_types, $3) AS d
WHERE t.org_id = $1 AND t.id = $2
