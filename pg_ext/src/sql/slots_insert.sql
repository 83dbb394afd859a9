-- A slot that was retired comes back as it was, with what is booked of it.
INSERT INTO convene.time_slots AS s (org_id, id, block_id, mentor_id, start_time, end_time)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
ON CONFLICT (org_id, block_id, start_time, end_time) DO UPDATE SET deleted_at = NULL WHERE s.deleted_at IS NOT NULL
