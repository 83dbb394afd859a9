-- The narrowest of the limits that apply to the service's connections; -1 is none.
SELECT
    least(
        current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
        (SELECT nullif(d.datconnlimit, -1) FROM pg_database d WHERE d.datname = current_database()),
        (SELECT nullif(r.rolconnlimit, -1) FROM pg_roles r WHERE r.rolname = 'convene_service')
    ) AS connection_limit,
    (
        SELECT count(*) FROM pg_stat_activity a
        WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
          AND a.application_name NOT IN ('convene', 'convene doctor')
    ) AS used_by_others
