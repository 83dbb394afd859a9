-- The tags of kind $3 that come from Airtable become those named $4; what people say themselves stays.
WITH wanted AS (
    SELECT t.id FROM convene.tags t
    WHERE t.org_id = $1 AND t.kind = $3 AND t.name = ANY ($4::convene.citext[])
), gone AS (
    DELETE FROM convene.user_tags ut
    USING convene.tags t
    WHERE ut.org_id = $1 AND ut.user_id = $2 AND ut.source = 'airtable'
      AND t.org_id = ut.org_id AND t.id = ut.tag_id AND t.kind = $3
      AND ut.tag_id NOT IN (SELECT w.id FROM wanted w)
)
INSERT INTO convene.user_tags (org_id, user_id, tag_id, source)
SELECT $1, $2, w.id, 'airtable'
FROM wanted w
ON CONFLICT (org_id, user_id, tag_id) DO NOTHING
RETURNING 1
