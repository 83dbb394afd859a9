-- Connected calendars: their accounts, what is read from them and how fresh it is, and the events owed to them.

ALTER TABLE convene.organizations
    ADD COLUMN calendar_fresh_minutes integer NOT NULL DEFAULT 5,
    ADD COLUMN calendar_stale_minutes integer NOT NULL DEFAULT 60,
    ADD CONSTRAINT organizations_calendar_order CHECK (1 <= calendar_fresh_minutes AND calendar_fresh_minutes <= calendar_stale_minutes AND calendar_stale_minutes <= 1440);
COMMENT ON COLUMN convene.organizations.calendar_fresh_minutes IS 'Busy time read longer ago is read again before a booking';
COMMENT ON COLUMN convene.organizations.calendar_stale_minutes IS 'Busy time read longer ago is not known: nothing is booked on it';
COMMENT ON CONSTRAINT organizations_calendar_order ON convene.organizations IS 'calendar_fresh_minutes must be at least 1, calendar_stale_minutes at least that and at most 1440';

-- A user has one account of each provider: of several rows the connected one stays, else the newest.
DELETE FROM convene.calendar_connections c
USING convene.calendar_connections better
WHERE better.org_id = c.org_id AND better.user_id = c.user_id AND better.provider = c.provider AND better.id <> c.id
  AND (better.status = 'connected', better.created_at, better.id) > (c.status = 'connected', c.created_at, c.id);

-- An account, its tokens, and the state of reading it.
ALTER TABLE convene.calendar_connections
    ADD COLUMN account          text,
    ADD COLUMN scopes           text[] NOT NULL DEFAULT '{}',
    ADD COLUMN key_id           text,
    ADD COLUMN tokens           bytea,
    ADD COLUMN token_expires_at timestamptz,
    ADD COLUMN refresh_lease    uuid,
    ADD COLUMN refresh_until    timestamptz,
    ADD COLUMN refresh_after    timestamptz,
    ADD COLUMN synced_at        timestamptz,
    ADD COLUMN synced_until     timestamptz,
    ADD COLUMN sync_due_at      timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN sync_attempts    integer NOT NULL DEFAULT 0,
    ADD COLUMN sync_error       text,
    ADD COLUMN sync_lease       uuid,
    ADD COLUMN sync_until       timestamptz,
    ADD COLUMN updated_at       timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT calendar_connections_one_each UNIQUE (org_id, user_id, provider),
    ADD CONSTRAINT calendar_connections_tokens_sealed CHECK ((key_id IS NULL) = (tokens IS NULL));
COMMENT ON COLUMN convene.calendar_connections.account IS 'The account''s address at the provider';
COMMENT ON COLUMN convene.calendar_connections.scopes IS 'What the user granted';
COMMENT ON COLUMN convene.calendar_connections.key_id IS 'Which of the service''s keys sealed the tokens';
COMMENT ON COLUMN convene.calendar_connections.tokens IS 'Access and refresh token, sealed by the service (AES-256-GCM)';
COMMENT ON COLUMN convene.calendar_connections.token_expires_at IS 'When the access token ends';
COMMENT ON COLUMN convene.calendar_connections.refresh_lease IS 'Who is refreshing the tokens; nobody else does until refresh_until';
COMMENT ON COLUMN convene.calendar_connections.refresh_until IS 'When that lease runs out';
COMMENT ON COLUMN convene.calendar_connections.refresh_after IS 'Workers do not refresh again before';
COMMENT ON COLUMN convene.calendar_connections.synced_at IS 'As of when busy time is known, of all calendars that are read; NULL for never';
COMMENT ON COLUMN convene.calendar_connections.synced_until IS 'Up to when busy time was read: what comes later is not known; NULL for no end';
COMMENT ON COLUMN convene.calendar_connections.sync_due_at IS 'When to read again; infinity while the user must reconnect';
COMMENT ON COLUMN convene.calendar_connections.sync_attempts IS 'Failures since it last worked';
COMMENT ON COLUMN convene.calendar_connections.sync_error IS 'Why it last failed, in the provider''s word; NULL while it works';
COMMENT ON COLUMN convene.calendar_connections.sync_lease IS 'Who is reading; nobody else does until sync_until';
COMMENT ON COLUMN convene.calendar_connections.sync_until IS 'When that lease runs out';
COMMENT ON COLUMN convene.calendar_connections.updated_at IS 'When it was last connected or changed by its user';
-- Rows from before have no tokens: nothing can be read until their users connect.
UPDATE convene.calendar_connections SET status = 'needs_reconnect', sync_due_at = 'infinity' WHERE status = 'connected';
CREATE INDEX calendar_connections_due_idx ON convene.calendar_connections (sync_due_at) WHERE status = 'connected';
CREATE INDEX calendar_connections_lease_idx ON convene.calendar_connections (sync_lease) WHERE sync_lease IS NOT NULL;
CREATE INDEX calendar_connections_expiry_idx ON convene.calendar_connections (token_expires_at) WHERE status = 'connected';
DROP INDEX convene.calendar_connections_user_idx;

CREATE TABLE convene.calendars (
    org_id        integer NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id   text NOT NULL,
    name          text NOT NULL,
    time_zone     text,
    is_primary    boolean NOT NULL DEFAULT false,
    can_write     boolean NOT NULL DEFAULT false,
    is_read       boolean NOT NULL DEFAULT false,
    is_written    boolean NOT NULL DEFAULT false,
    cursor        text,
    cursor_from   timestamptz,
    cursor_to     timestamptz,
    error         text,
    PRIMARY KEY (org_id, connection_id, calendar_id),
    FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendars_written_can_be CHECK (can_write OR NOT is_written)
);
COMMENT ON TABLE convene.calendars IS 'The calendars of connected accounts, and which of them are used';
COMMENT ON COLUMN convene.calendars.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendars.connection_id IS 'The account';
COMMENT ON COLUMN convene.calendars.calendar_id IS 'The provider''s id';
COMMENT ON COLUMN convene.calendars.name IS 'As its user named it';
COMMENT ON COLUMN convene.calendars.time_zone IS 'Its zone at the provider';
COMMENT ON COLUMN convene.calendars.is_primary IS 'Whether it is the account''s main calendar';
COMMENT ON COLUMN convene.calendars.can_write IS 'Whether the user may write to it';
COMMENT ON COLUMN convene.calendars.is_read IS 'Whether what is in it makes the user busy';
COMMENT ON COLUMN convene.calendars.is_written IS 'Whether bookings are written to it';
COMMENT ON COLUMN convene.calendars.cursor IS 'The provider''s sync token: changes of events are known up to it';
COMMENT ON COLUMN convene.calendars.cursor_from IS 'From when on events are followed under that token';
COMMENT ON COLUMN convene.calendars.cursor_to IS 'Up to when';
COMMENT ON COLUMN convene.calendars.error IS 'Why it could not be read, in the provider''s word; NULL while it can';
CREATE UNIQUE INDEX calendars_one_written ON convene.calendars (org_id, connection_id) WHERE is_written;

-- The user who comes back from the provider must be the one who was sent there.
CREATE TABLE convene.calendar_connect_states (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL,
    provider   text NOT NULL,
    state_hash bytea NOT NULL,
    key_id     text NOT NULL,
    verifier   bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_connect_states_provider_known CHECK (provider IN ('google', 'microsoft')),
    CONSTRAINT calendar_connect_states_hash_is_sha256 CHECK (octet_length(state_hash) = 32)
);
COMMENT ON TABLE convene.calendar_connect_states IS 'Users who were sent to a provider to connect a calendar, for ten minutes';
COMMENT ON COLUMN convene.calendar_connect_states.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_connect_states.id IS 'UUIDv7';
COMMENT ON COLUMN convene.calendar_connect_states.user_id IS 'Who';
COMMENT ON COLUMN convene.calendar_connect_states.provider IS 'google or microsoft';
COMMENT ON COLUMN convene.calendar_connect_states.state_hash IS 'SHA-256 of the state they come back with';
COMMENT ON COLUMN convene.calendar_connect_states.key_id IS 'Which of the service''s keys sealed the verifier';
COMMENT ON COLUMN convene.calendar_connect_states.verifier IS 'The PKCE verifier, sealed by the service';
COMMENT ON COLUMN convene.calendar_connect_states.expires_at IS 'Until when';
CREATE INDEX calendar_connect_states_hash_idx ON convene.calendar_connect_states (state_hash);
CREATE INDEX calendar_connect_states_user_idx ON convene.calendar_connect_states (org_id, user_id);
CREATE INDEX calendar_connect_states_expiry_idx ON convene.calendar_connect_states (expires_at);

-- Where providers push that something changed.
CREATE TABLE convene.calendar_channels (
    org_id        integer NOT NULL,
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    connection_id uuid NOT NULL,
    calendar_id   text NOT NULL,
    secret_hash   bytea NOT NULL,
    remote_id     text,
    resource_id   text,
    expires_at    timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_channels_secret_is_sha256 CHECK (octet_length(secret_hash) = 32)
);
COMMENT ON TABLE convene.calendar_channels IS 'Push channels (Google) and subscriptions (Microsoft) of calendars';
COMMENT ON COLUMN convene.calendar_channels.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_channels.id IS 'UUIDv7; Google names it in every notification';
COMMENT ON COLUMN convene.calendar_channels.connection_id IS 'The account';
COMMENT ON COLUMN convene.calendar_channels.calendar_id IS 'The calendar that is watched';
COMMENT ON COLUMN convene.calendar_channels.secret_hash IS 'SHA-256 of the token that a true notification carries';
COMMENT ON COLUMN convene.calendar_channels.remote_id IS 'The provider''s id; NULL while it is being made';
COMMENT ON COLUMN convene.calendar_channels.resource_id IS 'Google''s id of what is watched, needed to stop';
COMMENT ON COLUMN convene.calendar_channels.expires_at IS 'When the provider stops pushing';
CREATE INDEX calendar_channels_connection_idx ON convene.calendar_channels (org_id, connection_id, calendar_id);
CREATE INDEX calendar_channels_id_idx ON convene.calendar_channels (id);
CREATE INDEX calendar_channels_remote_idx ON convene.calendar_channels (remote_id);

-- Writebacks. A row is one participant's event of one booking: what it should be, and what it is. The worker makes the
-- second equal to the first; so a cancellation never overtakes a creation, and what was overtaken is never sent.
CREATE TABLE convene.booking_external_events (
    org_id           integer NOT NULL,
    id               uuid NOT NULL DEFAULT gen_random_uuid(),
    booking_id       uuid NOT NULL,
    user_id          uuid NOT NULL,
    connection_id    uuid NOT NULL,
    event_seq        bigint NOT NULL,
    operation        text NOT NULL,
    generation       integer NOT NULL DEFAULT 1,
    incarnation      integer NOT NULL DEFAULT 1,
    begun            boolean NOT NULL DEFAULT false,
    hosts_conference boolean NOT NULL DEFAULT false,
    wanted           tstzrange NOT NULL,
    status           text NOT NULL DEFAULT 'pending',
    attempts         integer NOT NULL DEFAULT 0,
    due_at           timestamptz NOT NULL DEFAULT now(),
    lease            uuid,
    lease_until      timestamptz,
    last_error       text,
    calendar_id      text,
    event_id         text,
    event_url        text,
    written          tstzrange,
    written_generation integer NOT NULL DEFAULT 0,
    conference       text NOT NULL DEFAULT 'none',
    owner_change     text,
    owner_moved_to   tstzrange,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT booking_external_events_one_each UNIQUE (org_id, booking_id, user_id),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections (org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_external_events_operation_known CHECK (operation IN ('create', 'reschedule', 'cancel')),
    CONSTRAINT booking_external_events_status_known CHECK (status IN ('pending', 'done', 'failed')),
    CONSTRAINT booking_external_events_conference_known CHECK (conference IN ('none', 'pending', 'ready', 'failed')),
    CONSTRAINT booking_external_events_owner_change_known CHECK (owner_change IN ('deleted', 'moved'))
);
COMMENT ON TABLE convene.booking_external_events IS 'Events that bookings are owed in their participants'' calendars, and what came of it';
COMMENT ON COLUMN convene.booking_external_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_external_events.id IS 'UUIDv7';
COMMENT ON COLUMN convene.booking_external_events.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_external_events.user_id IS 'Whose calendar';
COMMENT ON COLUMN convene.booking_external_events.connection_id IS 'The account';
COMMENT ON COLUMN convene.booking_external_events.event_seq IS 'The row of history that this follows';
COMMENT ON COLUMN convene.booking_external_events.operation IS 'What is owed, or was done last: create, reschedule or cancel';
COMMENT ON COLUMN convene.booking_external_events.generation IS 'Counts what was wanted: work that began for an earlier one settles nothing';
COMMENT ON COLUMN convene.booking_external_events.incarnation IS 'Counts events made anew after one was removed: providers keep the ids of removed ones';
COMMENT ON COLUMN convene.booking_external_events.begun IS 'Whether this incarnation may exist at the provider: somebody began to make it';
COMMENT ON COLUMN convene.booking_external_events.hosts_conference IS 'Whether this event is to bring the conference link';
COMMENT ON COLUMN convene.booking_external_events.wanted IS 'When the meeting is';
COMMENT ON COLUMN convene.booking_external_events.status IS 'pending (owed), done, or failed (given up until somebody retries)';
COMMENT ON COLUMN convene.booking_external_events.attempts IS 'Tries since it was last wanted otherwise';
COMMENT ON COLUMN convene.booking_external_events.due_at IS 'Not before';
COMMENT ON COLUMN convene.booking_external_events.lease IS 'Which worker has it';
COMMENT ON COLUMN convene.booking_external_events.lease_until IS 'Until when; then another may take it';
COMMENT ON COLUMN convene.booking_external_events.last_error IS 'Why the last try failed, in the provider''s word';
COMMENT ON COLUMN convene.booking_external_events.calendar_id IS 'The calendar it is in';
COMMENT ON COLUMN convene.booking_external_events.event_id IS 'The provider''s id of the event; NULL while there is none that we know of';
COMMENT ON COLUMN convene.booking_external_events.event_url IS 'Where its owner sees it';
COMMENT ON COLUMN convene.booking_external_events.written IS 'When the event is, as last written';
COMMENT ON COLUMN convene.booking_external_events.written_generation IS 'Which generation was last written';
COMMENT ON COLUMN convene.booking_external_events.conference IS 'The link: none, pending at the provider, ready, or failed';
COMMENT ON COLUMN convene.booking_external_events.owner_change IS 'What its owner did to it in the calendar: deleted or moved';
COMMENT ON COLUMN convene.booking_external_events.owner_moved_to IS 'Where they moved it';
COMMENT ON COLUMN convene.booking_external_events.created_at IS 'When it was first owed';
COMMENT ON COLUMN convene.booking_external_events.updated_at IS 'When it last changed';
CREATE INDEX booking_external_events_due_idx ON convene.booking_external_events (due_at) WHERE status = 'pending';
CREATE INDEX booking_external_events_connection_idx ON convene.booking_external_events (org_id, connection_id, event_id);
CREATE INDEX booking_external_events_queue_idx ON convene.booking_external_events (connection_id, due_at) WHERE status = 'pending';
CREATE INDEX booking_external_events_held_idx ON convene.booking_external_events (connection_id) WHERE lease_until IS NOT NULL;
CREATE INDEX booking_external_events_failed_idx ON convene.booking_external_events (org_id, id) WHERE status = 'failed';
CREATE INDEX booking_external_events_lease_idx ON convene.booking_external_events (lease) WHERE lease IS NOT NULL;
CREATE INDEX booking_external_events_user_idx ON convene.booking_external_events (org_id, user_id, id);

ALTER TABLE convene.bookings
    ADD COLUMN conference_url text,
    ADD COLUMN conference_provider text,
    ADD CONSTRAINT bookings_conference_known CHECK (conference_provider IN ('google', 'microsoft'));
COMMENT ON COLUMN convene.bookings.conference_url IS 'Where to meet online; NULL until the provider has made it';
COMMENT ON COLUMN convene.bookings.conference_provider IS 'Whose conference it is: google (Meet) or microsoft (Teams)';
