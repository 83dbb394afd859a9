-- What Postgres takes for a zone in any way, in several spellings, and some nonsense: judged by the type and by the
-- rules.
CREATE FUNCTION pg_temp.is_taken(statement text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN true;
EXCEPTION WHEN check_violation OR invalid_parameter_value THEN
    RETURN false;
END
$$;
CREATE TEMPORARY TABLE zones_taken AS
SELECT
    name,
    pg_temp.is_taken(format('SELECT %L::convene.iana_zone', name)) AS by_type,
    pg_temp.is_taken(format('SELECT convene.preview_slots(%L, current_date, ''9:00'', ''10:00'', 30, 0)', name)) AS by_rules
FROM (
    SELECT name FROM pg_timezone_names
    UNION SELECT lower(name) FROM pg_timezone_names
    UNION SELECT upper(name) FROM pg_timezone_names
    UNION SELECT abbrev FROM pg_timezone_abbrevs
    UNION SELECT unnest(ARRAY[
        '', ' ', 'UTC ', ' UTC', 'Mars/Olympus', 'EST5EDT4', '<+03>-3', 'UTC+1', '+01:00', '-3', '3', 'posix/../UTC',
        '../UTC', '/UTC', 'UTC/', 'Europe//Berlin', 'Europe/', 'Europe', 'zone.tab', 'Europe/Berlin;', '欧洲/柏林', E'UTC\n'
    ])
) AS names (name);
