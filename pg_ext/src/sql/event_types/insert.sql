-- $1 organization, $2 id, $3 host or $4 team, $5 what they set, by the columns' names.
INSERT INTO convene.event_types (
    org_id, id, host_id, team_id, schedule_id, slug, title, description, color, durations, slot_interval_minutes,
    buffer_before_minutes, buffer_after_minutes, minimum_notice_minutes, horizon_days, bookable_from, bookable_until,
    limit_per_day, limit_per_week, limit_per_month, minutes_per_day, minutes_per_week, minutes_per_month, capacity,
    meeting_type, location_preset_id, location_custom, requires_confirmation, questions, is_active, is_private
)
SELECT
    $1, $2, $3, $4, d.schedule_id, d.slug, d.title, d.description, d.color, d.durations, d.slot_interval_minutes,
    d.buffer_before_minutes, d.buffer_after_minutes, d.minimum_notice_minutes, d.horizon_days, d.bookable_from,
    d.bookable_until, d.limit_per_day, d.limit_per_week, d.limit_per_month, d.minutes_per_day, d.minutes_per_week,
    d.minutes_per_month, d.capacity, d.meeting_type, d.location_preset_id, d.location_custom, d.requires_confirmation,
    d.questions, d.is_active, d.is_private
FROM jsonb_populate_record(NULL::convene.event_types, $5) AS d
