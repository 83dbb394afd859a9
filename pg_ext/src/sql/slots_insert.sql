INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
ON CONFLICT (org_id, block_id, start_time) DO NOTHING
