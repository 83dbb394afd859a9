-- What keeps an installation running: stored answers, the queue of outside work, jobs and their log, the default organization.

CREATE TABLE convene.idempotency_requests (
    org_id       integer NOT NULL,
    scope        text NOT NULL,
    key_hash     bytea NOT NULL,
    request_hash bytea NOT NULL,
    response     jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, scope, key_hash),
    CONSTRAINT idempotency_requests_scope_form CHECK (scope ~ '^(user|page|token):[0-9a-f-]{36}$'),
    CONSTRAINT idempotency_requests_hashes_are_sha256 CHECK (octet_length(key_hash) = 32 AND octet_length(request_hash) = 32)
);
COMMENT ON TABLE convene.idempotency_requests IS 'Answers kept for replay under the client''s idempotency key, written in the same transaction as what they answer';
COMMENT ON COLUMN convene.idempotency_requests.org_id IS 'Tenant';
COMMENT ON COLUMN convene.idempotency_requests.scope IS 'Whose key: user:, page: or token:, and an id';
COMMENT ON COLUMN convene.idempotency_requests.key_hash IS 'SHA-256 of the client''s key; the key itself is never stored';
COMMENT ON COLUMN convene.idempotency_requests.request_hash IS 'SHA-256 of what was asked';
COMMENT ON COLUMN convene.idempotency_requests.response IS 'What was answered';
COMMENT ON COLUMN convene.idempotency_requests.created_at IS 'When';
CREATE INDEX idempotency_requests_age_idx ON convene.idempotency_requests (created_at);
-- For erasing people in them: those of one booking.
CREATE INDEX idempotency_requests_booking_idx ON convene.idempotency_requests (org_id, (response ->> 'id'));

-- One queue for everything owed to the outside world. What is owed, and what came of it, stays in tables of its own; when
-- it is tried, how often it was and who works on it is here.

CREATE TABLE convene.work_items (
    org_id          integer NOT NULL REFERENCES convene.organizations (id) ON DELETE CASCADE,
    queue           text COLLATE "C" NOT NULL,
    subject_id      uuid NOT NULL,
    lane            text COLLATE "C" NOT NULL,
    concurrency_key uuid,
    due_at          timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    version         integer NOT NULL DEFAULT 1,
    lease           uuid,
    lease_until     timestamptz,
    failed_at       timestamptz,
    last_error      text,
    PRIMARY KEY (org_id, queue, subject_id),
    CONSTRAINT work_items_lease_whole CHECK ((lease IS NULL) = (lease_until IS NULL)),
    CONSTRAINT work_items_failed_is_nobodys CHECK (failed_at IS NULL OR lease IS NULL)
)
-- Every row is inserted, updated and deleted within seconds: space for the next version of a row is on its page, and dead
-- rows are cleaned up as they come.
WITH (
    fillfactor = 80, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 0.05
);
COMMENT ON TABLE convene.work_items IS 'What is owed to the outside world and not done yet: one row for each subject of a queue, claimed by workers under a lease. It goes when the work is done';
COMMENT ON COLUMN convene.work_items.org_id IS 'Tenant';
COMMENT ON COLUMN convene.work_items.queue IS 'What kind of work it is, such as writebacks; the service''s queues are named so';
COMMENT ON COLUMN convene.work_items.subject_id IS 'What it is about: the id of a row in the queue''s own table';
COMMENT ON COLUMN convene.work_items.lane IS 'Whose outage it would share, such as google or airtable: no lane takes all workers';
COMMENT ON COLUMN convene.work_items.concurrency_key IS 'Of items with the same key only a few are worked on at a time, such as those of one mailbox; NULL for no limit';
COMMENT ON COLUMN convene.work_items.due_at IS 'Not before. While somebody works on it: when it was asked for again, infinity if it was not';
COMMENT ON COLUMN convene.work_items.attempts IS 'Tries since it was last done or wanted anew, the present one included. It counts when a try begins, so that work which kills its worker counts';
COMMENT ON COLUMN convene.work_items.version IS 'Raised when it is asked for again while somebody works on it: then it is done again';
COMMENT ON COLUMN convene.work_items.lease IS 'The claim under which a worker has it; NULL when nobody has';
COMMENT ON COLUMN convene.work_items.lease_until IS 'When the claim ends unless it is extended; then another may take it';
COMMENT ON COLUMN convene.work_items.failed_at IS 'When it was given up, until somebody asks for it again; NULL while it is tried';
COMMENT ON COLUMN convene.work_items.last_error IS 'Why the last try failed, in the provider''s word; NULL if it did not';
COMMENT ON CONSTRAINT work_items_lease_whole ON convene.work_items IS 'lease and lease_until are set together';
COMMENT ON CONSTRAINT work_items_failed_is_nobodys ON convene.work_items IS 'Nobody works on what was given up';
-- The oldest that are due.
CREATE INDEX work_items_due_idx ON convene.work_items (queue, due_at) WHERE lease IS NULL AND failed_at IS NULL;
-- The oldest of each tenant and lane, when a backlog of one hides the others.
CREATE INDEX work_items_fair_idx ON convene.work_items (queue, org_id, lane, due_at) WHERE lease IS NULL AND failed_at IS NULL;
-- What is in progress: by key, and to find leases that ran out. Not by lease_until, so that extending a lease touches no index.
CREATE INDEX work_items_leased_idx ON convene.work_items (queue, concurrency_key) WHERE lease IS NOT NULL;
CREATE INDEX work_items_failed_idx ON convene.work_items (queue, org_id) WHERE failed_at IS NOT NULL;

CREATE TABLE convene.erasures (
    org_id        integer NOT NULL,
    user_id       uuid NOT NULL,
    requested_by  uuid NOT NULL,
    requested_at  timestamptz NOT NULL DEFAULT now(),
    last_booking  uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    bookings_done bigint NOT NULL DEFAULT 0,
    finished_at   timestamptz,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id)
);
COMMENT ON TABLE convene.erasures IS 'Users whose personal data was erased, and how far: what they wrote in bookings goes in steps, which queue erasures of work_items asks for';
COMMENT ON COLUMN convene.erasures.org_id IS 'Tenant';
COMMENT ON COLUMN convene.erasures.user_id IS 'Who is erased';
COMMENT ON COLUMN convene.erasures.requested_by IS 'Id of the user who asked for it first';
COMMENT ON COLUMN convene.erasures.requested_at IS 'When';
COMMENT ON COLUMN convene.erasures.last_booking IS 'The booking up to which it is done: the next step takes those with a greater id';
COMMENT ON COLUMN convene.erasures.bookings_done IS 'How many bookings that were';
COMMENT ON COLUMN convene.erasures.finished_at IS 'When nothing was left; NULL until then';
CREATE INDEX erasures_open_idx ON convene.erasures (org_id, user_id) WHERE finished_at IS NULL;

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
-- A job's last failure, among thousands of runs that went well.
CREATE INDEX cron_job_logs_failures_idx ON convene.cron_job_logs (job_name, created_at DESC) WHERE status = 'failure';

-- Not logged: after a crash of the database every bucket is full, which is what an empty table means.
CREATE UNLOGGED TABLE convene.rate_limit_buckets (
    key         bytea NOT NULL PRIMARY KEY,
    remaining   double precision NOT NULL,
    granted     integer NOT NULL,
    taken_at    timestamptz NOT NULL,
    CONSTRAINT rate_limit_buckets_key_is_sha256 CHECK (octet_length(key) = 32),
    CONSTRAINT rate_limit_buckets_not_negative CHECK (remaining >= 0 AND granted >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE convene.rate_limit_buckets IS 'Token buckets of the service''s senders; one that is not there is full';
COMMENT ON COLUMN convene.rate_limit_buckets.key IS 'SHA-256 of the limit''s name and of who is limited: a user''s id, or an address';
COMMENT ON COLUMN convene.rate_limit_buckets.remaining IS 'Requests that were left at taken_at, with a fraction';
COMMENT ON COLUMN convene.rate_limit_buckets.granted IS 'How many the last taker got';
COMMENT ON COLUMN convene.rate_limit_buckets.taken_at IS 'When something was last taken';
CREATE INDEX rate_limit_buckets_taken_idx ON convene.rate_limit_buckets (taken_at);

INSERT INTO convene.organizations (slug, name) VALUES ('default', 'Default organization');
