-- $2 event types of the mentor $1.
INSERT INTO convene.event_types (org_id, id, host_id, slug, title)
SELECT 1, convene.new_id(1), $1, 'type-' || nth, 'Type ' || nth FROM generate_series(1, $2::integer) AS nth
