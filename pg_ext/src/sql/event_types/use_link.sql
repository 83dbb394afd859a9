-- $1 organization, $2 event type, $3 SHA-256 of the token: counts a booking made with a private link that works.
UPDATE convene.event_type_links
SET uses = uses + 1
WHERE token_hash = $3 AND org_id = $1 AND event_type_id = $2 AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > clock_timestamp())
  AND (uses_most IS NULL OR uses < uses_most)
RETURNING id
