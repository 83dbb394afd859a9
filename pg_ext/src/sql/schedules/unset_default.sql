-- Before another becomes it: there is never more than one.
UPDATE convene.schedules
SET is_default = false, updated_at = clock_timestamp()
WHERE org_id = $1 AND user_id = $2 AND is_default
