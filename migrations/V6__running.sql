-- What keeps an installation running: stored answers, jobs and their log, the default organization.

CREATE TABLE convene.idempotency_requests (
    org_id      integer NOT NULL,
    actor_id    uuid NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    response    jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, actor_id, key),
    FOREIGN KEY (org_id, actor_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT idempotency_requests_key_length CHECK (char_length(key) BETWEEN 1 AND 255)
);
COMMENT ON TABLE convene.idempotency_requests IS 'Answers kept for replay under the client''s idempotency key, written in the same transaction as what they answer';
COMMENT ON COLUMN convene.idempotency_requests.org_id IS 'Tenant';
COMMENT ON COLUMN convene.idempotency_requests.actor_id IS 'Whose key';
COMMENT ON COLUMN convene.idempotency_requests.key IS 'The client''s key, 1 to 255 characters';
COMMENT ON COLUMN convene.idempotency_requests.fingerprint IS 'SHA-256 of what was asked';
COMMENT ON COLUMN convene.idempotency_requests.response IS 'What was answered';
COMMENT ON COLUMN convene.idempotency_requests.created_at IS 'When';
CREATE INDEX idempotency_requests_age_idx ON convene.idempotency_requests (created_at);

CREATE TABLE convene.jobs (
    name        text PRIMARY KEY,
    schedule    text NOT NULL,
    description text NOT NULL,
    CONSTRAINT jobs_name_form CHECK (name ~ '^[a-z][a-z0-9_]*$')
);
COMMENT ON TABLE convene.jobs IS 'The jobs pg_cron should run, one for each file in jobs/';
COMMENT ON COLUMN convene.jobs.name IS 'The function it calls, in schema convene';
COMMENT ON COLUMN convene.jobs.schedule IS 'cron expression, GMT';
COMMENT ON COLUMN convene.jobs.description IS 'What it does';

CREATE TABLE convene.cron_job_logs (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_name      text NOT NULL,
    status        text NOT NULL,
    message       text,
    duration_ms   double precision,
    error_details jsonb,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cron_job_logs_status_known CHECK (status IN ('success', 'failure'))
);
COMMENT ON TABLE convene.cron_job_logs IS 'Every run of every job, success and failure';
COMMENT ON COLUMN convene.cron_job_logs.id IS 'Order of runs';
COMMENT ON COLUMN convene.cron_job_logs.job_name IS 'The function';
COMMENT ON COLUMN convene.cron_job_logs.status IS 'success or failure';
COMMENT ON COLUMN convene.cron_job_logs.message IS 'What it did, or why it failed';
COMMENT ON COLUMN convene.cron_job_logs.duration_ms IS 'How long it took, in milliseconds';
COMMENT ON COLUMN convene.cron_job_logs.error_details IS 'SQLSTATE, detail, hint and context of a failure';
COMMENT ON COLUMN convene.cron_job_logs.created_at IS 'When it ended';
CREATE INDEX cron_job_logs_job_idx ON convene.cron_job_logs (job_name, created_at DESC);
CREATE INDEX cron_job_logs_age_idx ON convene.cron_job_logs (created_at);

-- A fresh installation can connect no calendar yet, so its first organization does not ask for one.
INSERT INTO convene.organizations (slug, name, calendars_required) VALUES ('default', 'Default organization', false);
