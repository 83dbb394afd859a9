-- A slot of half an hour for every mentor at each of the hours $1 to $2 - 1 after tomorrow's first.
INSERT INTO convene.time_slots (org_id, id, block_id, mentor_id, start_time, end_time)
SELECT
    block.org_id, convene.new_id(block.org_id), block.id, block.mentor_id,
    date_trunc('day', now()) + make_interval(days => 1, hours => hour),
    date_trunc('day', now()) + make_interval(days => 1, hours => hour, mins => 30)
FROM generate_series($1::integer, $2::integer - 1) AS hour
CROSS JOIN convene.availability_blocks block
ORDER BY hour, block.id
RETURNING id
