-- Everybody has connected a calendar that was just read, and stays fresh for a day. Nothing is written to it, and no
-- worker finds it due.
INSERT INTO convene.calendar_connections (
    org_id, id, user_id, provider, key_id, tokens, token_expires_at, synced_at, sync_due_at
)
SELECT
    org_id, convene.new_id(), id, 'google', '1', '\x00', now() + interval '2 days', now() + interval '1 day',
    now() + interval '1 day'
FROM convene.users
