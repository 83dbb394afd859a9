UPDATE convene.booking_external_events e
SET operation = $3, incarnation = $4, hosts_conference = $5, status = $6, begun = $7, event_id = $8, event_url = $9,
    written = CASE WHEN $10 IS NOT NULL THEN tstzrange($10, $11) END, written_generation = $12, conference = $13, owner_change = NULL, owner_moved_to = NULL,
    updated_at = clock_timestamp()
WHERE e.org_id = $1 AND e.id = $2
