-- Rows that this session has read from end to end, of tables with more than $1 rows, since its counts were last cleared.
SELECT coalesce(sum(t.seq_tup_read), 0)::bigint
FROM pg_stat_xact_user_tables t
JOIN pg_class c ON c.oid = t.relid
WHERE t.schemaname = 'convene' AND c.reltuples > $1::bigint
