-- Asked as the service itself.
SELECT
    current_user::text AS user_name,
    current_setting('is_superuser') = 'on' AS is_superuser,
    ARRAY(
        SELECT c.oid::regclass::text
        FROM pg_class c
        WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND (
              has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
              OR has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
          )
        ORDER BY 1
    ) AS tables,
    NOT (
        has_schema_privilege('convene', 'USAGE')
        AND has_function_privilege('convene.check_readiness()', 'EXECUTE')
        AND has_function_privilege('convene.create_booking_atomic(uuid, uuid, text, text[], text, boolean)', 'EXECUTE')
    ) AS lacks_functions
