-- The schema everything lives in, the roles that may touch it, and the one type that tables share.
-- Roles belong to the cluster, not to a database: every statement that makes one tolerates that another
-- database of the cluster made it first, also at the same instant.

CREATE SCHEMA IF NOT EXISTS convene;
COMMENT ON SCHEMA convene IS 'Convene: appointment scheduling. Tables, functions and views';

DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('convene_owner',    'NOLOGIN', 'owns the tables and the SECURITY DEFINER functions; nobody logs in as it'),
            ('convene_service',  'LOGIN',   'the HTTP service: executes functions, touches no table'),
            ('convene_jobs',     'LOGIN',   'pg_cron: executes the job functions'),
            ('convene_operator', 'NOLOGIN', 'people who run an installation: every function, every table for reading'),
            ('convene_readonly', 'NOLOGIN', 'reports: the operator views')
        ) AS roles (name, login, purpose)
    LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
                EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.login);
                EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.name, 'Convene: ' || wanted.purpose);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster is being migrated at this moment
        END;
    END LOOP;
END
$$;

DO $$
BEGIN
    -- Functions pin their search_path to pg_catalog and convene. citext's operators must be found there:
    -- with the extension elsewhere, "citext = citext" would silently compare as case-sensitive text.
    IF EXISTS (
        SELECT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'citext' AND n.nspname <> 'convene'
    ) THEN
        RAISE EXCEPTION 'the extension citext is installed in another schema of this database'
            USING HINT = 'Give Convene a database of its own, or run: ALTER EXTENSION citext SET SCHEMA convene';
    END IF;
END
$$;
CREATE EXTENSION IF NOT EXISTS citext SCHEMA convene;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA convene;

-- Functions check zones against the tz database properly; this stops hand-typed rows, one of which would otherwise
-- stop the making of slots for everybody. Postgres takes more for a zone than the tz database has: POSIX
-- specifications ("EST5EDT4", "<+03>-3"), and abbreviations ("CEST"), which know no daylight saving. So: an area and a
-- place, or one of the tz database's names without an area; and a zone that Postgres knows.
CREATE DOMAIN convene.iana_zone AS text
    CONSTRAINT iana_zone_is_known CHECK (
        (
            VALUE ~ '^[A-Za-z][A-Za-z_-]*(/[A-Za-z0-9_+-]+)+$' AND VALUE !~* '^(posix|right)/|^etc/unknown$'
            OR lower(VALUE) IN (
                'cuba', 'egypt', 'eire', 'est', 'gb', 'gb-eire', 'gmt', 'greenwich', 'hongkong', 'hst', 'iceland', 'iran',
                'israel', 'jamaica', 'japan', 'kwajalein', 'libya', 'mst', 'navajo', 'nz', 'nz-chat', 'poland', 'portugal',
                'prc', 'roc', 'rok', 'singapore', 'turkey', 'uct', 'universal', 'utc', 'w-su', 'zulu'
            )
        )
        AND (timestamptz 'epoch' AT TIME ZONE VALUE) IS NOT NULL
    );
COMMENT ON DOMAIN convene.iana_zone IS 'An IANA time zone name, such as Europe/Berlin or UTC';
