DELETE FROM convene.availability_rules
WHERE org_id = $1 AND schedule_id = $2
