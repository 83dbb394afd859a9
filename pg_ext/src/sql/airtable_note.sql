-- $4 as of when; $5 what it says, NULL when not all of that was applied; $6 whether what it said before counts still.
INSERT INTO convene.airtable_records AS r (org_id, record_id, listing, as_of, digest)
VALUES ($1, $2, $3, $4, sha256(convert_to($5, 'UTF8')))
ON CONFLICT (org_id, record_id) DO UPDATE
SET as_of = $4, digest = CASE WHEN $6 THEN r.digest ELSE EXCLUDED.digest END, listing = coalesce($3, r.listing)
RETURNING 1
