-- The address that is called LinkedIn, or a new one behind the others, of which there are ten at most.
WITH known AS (
    SELECT l.position FROM convene.user_urls l
    WHERE l.org_id = $1 AND l.user_id = $2 AND lower(l.label) = 'linkedin'
    ORDER BY l.position LIMIT 1
), free AS (
    SELECT coalesce(max(l.position), 0) + 1 AS position FROM convene.user_urls l WHERE l.org_id = $1 AND l.user_id = $2
)
INSERT INTO convene.user_urls (org_id, user_id, position, label, url)
SELECT $1, $2, coalesce((SELECT k.position FROM known k), f.position), 'LinkedIn', $3
FROM free f
WHERE coalesce((SELECT k.position FROM known k), f.position) <= 10
ON CONFLICT (org_id, user_id, position) DO UPDATE SET url = EXCLUDED.url
RETURNING position
