-- The organizations with a user of this address, and whether the organization that was named exists.
SELECT
    ARRAY(
        SELECT o.slug::text
        FROM convene.organizations o
        JOIN convene.users u ON u.org_id = o.id AND u.email = $1::text::convene.citext AND u.deleted_at IS NULL
        ORDER BY o.slug
        LIMIT 20
    ) AS organizations,
    $2::text IS NULL OR EXISTS (SELECT FROM convene.organizations o WHERE o.slug = $2::text::convene.citext) AS is_known
