-- $1 organization, $2 host or $3 team: their event types, of which $4 is left out.
SELECT slug::text
FROM convene.event_types
WHERE org_id = $1 AND (host_id = $2 OR team_id = $3) AND deleted_at IS NULL AND id <> $4
