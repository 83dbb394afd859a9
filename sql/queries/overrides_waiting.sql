-- Tier override requests to decide, the next to lapse first.
SELECT organization, expires_at, mentee_name, mentee_tier, mentor_name, mentor_tier, reason, request_id
FROM convene.overrides_waiting
ORDER BY expires_at;
