-- NULL stays, but title, company and bio say by $9, $11 and $13 whether they stay. Who is switched off is signed out.
-- What an admin suspended stays so until its end, or until an admin lifts it. Who is no longer active in Airtable does not
-- become so by the end of a suspension.
WITH changed AS (
    UPDATE convene.users u
    SET airtable_record_id = $3,
        email = coalesce(($4::text)::convene.citext, u.email),
        name = coalesce($5, u.name),
        role = $6, deleted_at = NULL,
        is_active = $7 AND (u.suspension_reason IS NULL OR coalesce(u.suspended_until <= clock_timestamp(), false)),
        suspension_reason = CASE WHEN NOT $7 OR coalesce(u.suspended_until > clock_timestamp(), true) THEN u.suspension_reason END,
        suspended_until = CASE WHEN $7 AND u.suspended_until > clock_timestamp() THEN u.suspended_until END,
        title = CASE WHEN $9 THEN u.title ELSE $8 END,
        company = CASE WHEN $11 THEN u.company ELSE $10 END,
        bio = CASE WHEN $13 THEN u.bio ELSE $12 END,
        updated_at = clock_timestamp()
    WHERE u.org_id = $1 AND u.id = $2
    RETURNING u.org_id, u.id, u.is_active
), links AS (
    DELETE FROM convene.magic_links l USING changed c WHERE l.org_id = c.org_id AND l.user_id = c.id AND NOT c.is_active
)
DELETE FROM convene.sessions s USING changed c WHERE s.org_id = c.org_id AND s.user_id = c.id AND NOT c.is_active
RETURNING 1
