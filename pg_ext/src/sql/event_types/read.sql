-- $1 the event type, found by id alone: it says which organization it is.
SELECT {columns}
FROM convene.event_types t
LEFT JOIN convene.team_event_types shared ON shared.org_id = t.org_id AND shared.event_type_id = t.id
LEFT JOIN convene.location_presets preset ON preset.org_id = t.org_id AND preset.id = t.location_preset_id
WHERE t.id = $1 AND t.deleted_at IS NULL
