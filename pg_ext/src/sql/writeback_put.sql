INSERT INTO convene.booking_external_events AS e (
    org_id, id, booking_id, user_id, connection_id, operation, generation, incarnation, hosts_conference, wanted
)
SELECT
    $1, put.id, put.booking_id, put.user_id, put.connection_id, put.operation, put.generation, put.incarnation,
    put.hosts_conference, tstzrange(put.wanted_start, put.wanted_end)
FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS put (
    id, booking_id, user_id, connection_id, operation, generation, incarnation, hosts_conference, wanted_start, wanted_end
)
ON CONFLICT (org_id, booking_id, user_id) DO UPDATE
SET connection_id = EXCLUDED.connection_id, operation = EXCLUDED.operation, generation = EXCLUDED.generation,
    incarnation = EXCLUDED.incarnation, hosts_conference = EXCLUDED.hosts_conference, wanted = EXCLUDED.wanted,
    status = 'pending', updated_at = clock_timestamp()
