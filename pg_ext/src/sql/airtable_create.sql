-- Nobody, when the address was taken at this moment.
INSERT INTO convene.users (
    org_id, id, airtable_record_id, email, name, role, is_active, title, company, bio, time_zone
)
SELECT $1, $2, $3, ($4::text)::convene.citext, $5, $6, $7, $8, $9, $10, o.time_zone
FROM convene.organizations o
WHERE o.id = $1
ON CONFLICT (org_id, email) WHERE deleted_at IS NULL DO NOTHING
RETURNING id
