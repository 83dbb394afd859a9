-- Who may be concerned by the records $2, or has one of the addresses $3.
SELECT u.id
FROM convene.users u
WHERE u.org_id = $1 AND u.airtable_record_id = ANY ($2)
UNION
SELECT u.id
FROM convene.users u
WHERE u.org_id = $1 AND u.deleted_at IS NULL AND u.email = ANY ($3::convene.citext[])
ORDER BY 1
