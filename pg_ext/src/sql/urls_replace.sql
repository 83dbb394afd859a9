-- A position that is there again is changed, not deleted and inserted: both would happen in the same snapshot.
WITH gone AS (
    DELETE FROM convene.user_urls
    WHERE org_id = $1 AND user_id = $2 AND position > cardinality($3)
)
INSERT INTO convene.user_urls (org_id, user_id, position, label, url)
SELECT $1, $2, wanted.position, wanted.label, wanted.url
FROM unnest($3, $4) WITH ORDINALITY AS wanted (label, url, position)
ON CONFLICT (org_id, user_id, position) DO UPDATE SET label = EXCLUDED.label, url = EXCLUDED.url
RETURNING position
