-- $2 the mentee, $3 the mentor: a request of theirs that nobody decided in time is in no other's way.
SELECT convene.reject_overdue_overrides(array_agg(o.org_id), array_agg(o.id))
FROM convene.tier_override_requests o
WHERE o.org_id = $1 AND o.mentee_id = $2 AND o.mentor_id = $3
  AND o.status = 'pending' AND o.expires_at <= clock_timestamp()
HAVING count(*) > 0
