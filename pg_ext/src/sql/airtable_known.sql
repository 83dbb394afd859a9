-- What is known about the record $2: what was applied of it, whom it stands for, who else has the address $3; and
-- whether $4 is what it said.
SELECT
    r.as_of,
    coalesce(r.digest = sha256(convert_to($4, 'UTF8')), false) AS is_same,
    own.id AS own_id,
    own.role AS own_role,
    own.deleted_at IS NOT NULL AS own_is_removed,
    own.email::text ~ '^erased-.*@erased\.invalid$' AS own_is_erased,
    other.id AS other_id,
    other.role AS other_role,
    other.airtable_record_id IS NOT NULL AS other_is_linked
FROM (VALUES (true)) AS one
LEFT JOIN convene.airtable_records r ON r.org_id = $1 AND r.record_id = $2
LEFT JOIN convene.users own ON own.org_id = $1 AND own.airtable_record_id = $2
LEFT JOIN convene.users other
    ON other.org_id = $1 AND other.deleted_at IS NULL AND other.email = ($3::text)::convene.citext
    AND other.id IS DISTINCT FROM own.id
