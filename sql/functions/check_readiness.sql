CREATE OR REPLACE FUNCTION convene.check_readiness()
RETURNS TABLE (migrated boolean, extension_version text, is_writable boolean)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
    SELECT
        EXISTS (SELECT FROM convene.jobs),
        (SELECT extversion FROM pg_extension WHERE extname = 'convene'),
        convene.is_writable()
$$;
COMMENT ON FUNCTION convene.check_readiness() IS
'Whether the database can serve.
Returns: one row: migrated, whether "convene migrate" ran to its end (it registers the jobs last); extension_version,
the installed version of the extension, NULL without it; is_writable, false on a standby and where an administrator lets
nobody write.';
