DELETE FROM convene.availability_overrides
WHERE org_id = $1 AND schedule_id = $2
