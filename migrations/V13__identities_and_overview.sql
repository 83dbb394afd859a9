-- Whom an outside issuer's tokens mean; and what the overview needs to answer from indexes.

CREATE TABLE convene.user_identities (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL,
    issuer     text NOT NULL,
    subject    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    -- Of all tenants: a token names none.
    CONSTRAINT user_identities_one_user UNIQUE (issuer, subject),
    CONSTRAINT user_identities_issuer_length CHECK (char_length(issuer) BETWEEN 1 AND 255),
    CONSTRAINT user_identities_subject_length CHECK (char_length(subject) BETWEEN 1 AND 255)
);
COMMENT ON TABLE convene.user_identities IS 'Who an outside issuer''s subject is';
COMMENT ON COLUMN convene.user_identities.org_id IS 'Tenant';
COMMENT ON COLUMN convene.user_identities.id IS 'UUIDv7';
COMMENT ON COLUMN convene.user_identities.user_id IS 'Who is signed in by the issuer''s tokens for the subject';
COMMENT ON COLUMN convene.user_identities.issuer IS 'The tokens'' iss, exactly';
COMMENT ON COLUMN convene.user_identities.subject IS 'The tokens'' sub, exactly';
COMMENT ON COLUMN convene.user_identities.created_at IS 'When it was linked';
CREATE INDEX user_identities_user_idx ON convene.user_identities (org_id, user_id);

-- A week's bookings by status, without looking at the bookings.
DROP INDEX convene.bookings_start_idx;
CREATE INDEX bookings_start_idx ON convene.bookings (org_id, start_time, id) INCLUDE (status);
CREATE INDEX bookings_missed_idx ON convene.bookings (org_id, start_time) INCLUDE (status, canceled_at)
    WHERE status = 'no_show' OR status = 'canceled' AND canceled_by IN (mentor_id, mentee_id);
-- What everybody offers next. Booking a slot changes neither column, and so writes to no index.
CREATE INDEX time_slots_start_idx ON convene.time_slots (org_id, start_time);
-- A job's last failure, among thousands of runs that went well.
CREATE INDEX cron_job_logs_failures_idx ON convene.cron_job_logs (job_name, created_at DESC) WHERE status = 'failure';
