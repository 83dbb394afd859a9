UPDATE convene.availability_blocks b
SET generated_until = done.until
FROM unnest($1::int[], $2::uuid[], $3::date[]) AS done (org_id, id, until)
WHERE b.org_id = done.org_id AND b.id = done.id
