-- $1 organization, $2 mentee.
-- For each tag of the mentee: its kind, and everybody else who has it.
SELECT tag.kind, array_agg(theirs.user_id) AS user_ids
FROM convene.user_tags own
JOIN convene.tags tag ON tag.org_id = own.org_id AND tag.id = own.tag_id
JOIN convene.user_tags theirs ON theirs.org_id = own.org_id AND theirs.tag_id = own.tag_id
WHERE own.org_id = $1 AND own.user_id = $2 AND theirs.user_id <> $2
GROUP BY tag.id, tag.kind
