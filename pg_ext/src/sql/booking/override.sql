-- $2 the mentee, $3 the mentor: the approved, unused override that ends first.
SELECT o.id
FROM convene.tier_override_requests o
WHERE o.org_id = $1 AND o.mentee_id = $2 AND o.mentor_id = $3
  AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
ORDER BY o.expires_at
LIMIT 1
