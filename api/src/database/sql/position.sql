-- How far a server is in its write-ahead log, in bytes, whether it only follows another server, and which database of
-- which server this is. Standbys have the identifier of the server that they follow.
SELECT
    pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0'
    )::bigint AS position,
    pg_is_in_recovery() AS is_standby,
    format('%s/%s', (SELECT system_identifier FROM pg_control_system()), current_database()) AS database
