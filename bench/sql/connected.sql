-- Everybody has connected a calendar that was just read, and stays fresh for a day. Nothing is written to it, and no
-- worker finds it due.
WITH connected AS (
    INSERT INTO convene.calendar_connections (org_id, id, user_id, provider, key_id, tokens, token_expires_at, synced_at)
    SELECT
        org_id, convene.new_id(org_id), id, 'google', '1', '\x00', now() + interval '2 days', now() + interval '1 day'
    FROM convene.users
    RETURNING org_id, id
)
INSERT INTO convene.work_items (org_id, queue, subject_id, lane, due_at)
SELECT org_id, queue, id, 'google', now() + interval '1 day'
FROM connected CROSS JOIN unnest(ARRAY['calendar_syncs', 'token_refreshes']) AS queue
