UPDATE convene.booking_external_events e
SET owner_change = noticed.change,
    owner_moved_to = CASE WHEN noticed.change = 'moved' THEN tstzrange(noticed.moved_start, noticed.moved_end) END,
    updated_at = clock_timestamp()
FROM unnest($2, $3, $4, $5) AS noticed (id, change, moved_start, moved_end)
WHERE e.org_id = $1 AND e.id = noticed.id
