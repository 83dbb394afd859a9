-- Connected calendars: their accounts, what is read from them and how fresh it is, and the events owed to them.

CREATE TABLE convene.calendar_connections (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    provider   text NOT NULL,
    status     text NOT NULL DEFAULT 'connected',
    subject text,
    account text,
    scopes text[] NOT NULL DEFAULT '{}',
    key_id text,
    tokens bytea,
    token_expires_at timestamptz,
    synced_at timestamptz,
    synced_until timestamptz,
    listed_at timestamptz,
    reconnect_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_connections_one_each UNIQUE (org_id, user_id, provider),
    CONSTRAINT calendar_connections_tokens_sealed CHECK ((key_id IS NULL) = (tokens IS NULL)),
    CONSTRAINT calendar_connections_provider_known CHECK (provider IN ('google', 'microsoft')),
    CONSTRAINT calendar_connections_status_known CHECK (status IN ('connected', 'needs_reconnect', 'disconnected'))
);
COMMENT ON TABLE convene.calendar_connections IS 'A user''s external calendar accounts. When they are read and their tokens refreshed is in work_items, queues calendar_syncs and token_refreshes';
COMMENT ON COLUMN convene.calendar_connections.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_connections.id IS 'UUIDv7';
COMMENT ON COLUMN convene.calendar_connections.user_id IS 'Whose account';
COMMENT ON COLUMN convene.calendar_connections.provider IS 'google or microsoft';
COMMENT ON COLUMN convene.calendar_connections.status IS 'connected, needs_reconnect or disconnected';
COMMENT ON COLUMN convene.calendar_connections.subject IS 'What the provider knows the account by for as long as it exists: Google''s sub, Microsoft''s tid/oid. Several users may have connected one account';
COMMENT ON COLUMN convene.calendar_connections.account IS 'The account''s address at the provider, which may change; as it was when its user last connected';
COMMENT ON COLUMN convene.calendar_connections.scopes IS 'What the user granted';
COMMENT ON COLUMN convene.calendar_connections.key_id IS 'Which of the service''s keys sealed the tokens';
COMMENT ON COLUMN convene.calendar_connections.tokens IS 'Access and refresh token, sealed by the service (AES-256-GCM)';
COMMENT ON COLUMN convene.calendar_connections.token_expires_at IS 'When the access token ends';
COMMENT ON COLUMN convene.calendar_connections.synced_at IS 'As of when busy time is known, of all calendars that are read; NULL for never';
COMMENT ON COLUMN convene.calendar_connections.synced_until IS 'Up to when busy time was read: what comes later is not known; NULL for no end';
COMMENT ON COLUMN convene.calendar_connections.listed_at IS 'When the list of its calendars was last fetched; NULL when it is to be fetched anew';
COMMENT ON COLUMN convene.calendar_connections.reconnect_reason IS 'Why its user must connect it again, in the provider''s word; NULL while it is connected';
COMMENT ON COLUMN convene.calendar_connections.created_at IS 'When it was connected';
COMMENT ON COLUMN convene.calendar_connections.updated_at IS 'When it was last connected or changed by its user';
CREATE INDEX calendar_connections_expiry_idx ON convene.calendar_connections (token_expires_at) WHERE status = 'connected';
-- Who else connected an account, whatever their tenant: they share its grant.
CREATE INDEX calendar_connections_subject_idx ON convene.calendar_connections (provider, subject);

CREATE TABLE convene.calendar_busy_windows (
    org_id        integer NOT NULL,
    id            uuid NOT NULL,
    user_id       uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id   text NOT NULL,
    busy          tstzrange NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_busy_windows_bounded CHECK (NOT isempty(busy) AND NOT lower_inf(busy) AND NOT upper_inf(busy))
);
COMMENT ON TABLE convene.calendar_busy_windows IS 'Time taken in external calendars';
COMMENT ON COLUMN convene.calendar_busy_windows.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_busy_windows.id IS 'UUIDv7';
COMMENT ON COLUMN convene.calendar_busy_windows.user_id IS 'Whose time';
COMMENT ON COLUMN convene.calendar_busy_windows.connection_id IS 'The account it was read from';
COMMENT ON COLUMN convene.calendar_busy_windows.calendar_id IS 'The provider''s id of the calendar';
COMMENT ON COLUMN convene.calendar_busy_windows.busy IS 'When, [start, end)';
CREATE INDEX calendar_busy_windows_user_idx ON convene.calendar_busy_windows USING gist (org_id, user_id, busy);
CREATE INDEX calendar_busy_windows_connection_idx ON convene.calendar_busy_windows (org_id, connection_id);

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
    id         uuid NOT NULL,
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
CREATE INDEX calendar_connect_states_user_idx ON convene.calendar_connect_states (org_id, user_id);
CREATE INDEX calendar_connect_states_expiry_idx ON convene.calendar_connect_states (expires_at);

-- Where providers push that something changed.
CREATE INDEX calendar_connect_states_hash_idx ON convene.calendar_connect_states (state_hash);

CREATE TABLE convene.calendar_channels (
    org_id        integer NOT NULL,
    id            uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id   text NOT NULL,
    secret_hash   bytea NOT NULL,
    remote_id     text,
    resource_id   text,
    expires_at    timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections (org_id, id) ON DELETE CASCADE,
    -- A provider's notification names the channel alone.
    CONSTRAINT calendar_channels_id_key UNIQUE (id),
    CONSTRAINT calendar_channels_secret_is_sha256 CHECK (octet_length(secret_hash) = 32)
);
COMMENT ON TABLE convene.calendar_channels IS 'Push channels (Google) and subscriptions (Microsoft) of calendars';
COMMENT ON COLUMN convene.calendar_channels.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_channels.id IS 'UUIDv7; Google names it in every notification';
COMMENT ON COLUMN convene.calendar_channels.connection_id IS 'The account';
COMMENT ON COLUMN convene.calendar_channels.calendar_id IS 'The calendar that is watched';
COMMENT ON COLUMN convene.calendar_channels.secret_hash IS 'SHA-256 of the token that a true notification carries';
COMMENT ON COLUMN convene.calendar_channels.remote_id IS 'The provider''s id; NULL while it is being made, or where the calendar cannot be watched';
COMMENT ON COLUMN convene.calendar_channels.resource_id IS 'Google''s id of what is watched, needed to stop';
COMMENT ON COLUMN convene.calendar_channels.expires_at IS 'When the provider stops pushing; without its id, until when it is not asked again';
CREATE INDEX calendar_channels_connection_idx ON convene.calendar_channels (org_id, connection_id, calendar_id);
CREATE INDEX calendar_channels_remote_idx ON convene.calendar_channels (remote_id);

-- Writebacks. A row is one participant's event of one booking: what it should be, and what it is. The worker makes the
-- second equal to the first; so a cancellation never overtakes a creation, and what was overtaken is never sent.
CREATE TABLE convene.booking_external_events (
    org_id           integer NOT NULL,
    id               uuid NOT NULL,
    booking_id       uuid NOT NULL,
    user_id          uuid NOT NULL,
    connection_id    uuid NOT NULL,
    operation        text NOT NULL,
    generation       integer NOT NULL DEFAULT 1,
    incarnation      integer NOT NULL DEFAULT 1,
    begun            boolean NOT NULL DEFAULT false,
    hosts_conference boolean NOT NULL DEFAULT false,
    wanted           tstzrange NOT NULL,
    status           text NOT NULL DEFAULT 'pending',
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
    CONSTRAINT booking_external_events_status_known CHECK (status IN ('pending', 'done')),
    CONSTRAINT booking_external_events_conference_known CHECK (conference IN ('none', 'pending', 'ready', 'failed')),
    CONSTRAINT booking_external_events_owner_change_known CHECK (owner_change IN ('deleted', 'moved'))
);
COMMENT ON TABLE convene.booking_external_events IS 'Writebacks: events that bookings are owed in their participants'' calendars, and what is there. When they are written is in work_items, queue writebacks';
COMMENT ON COLUMN convene.booking_external_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_external_events.id IS 'UUIDv7';
COMMENT ON COLUMN convene.booking_external_events.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_external_events.user_id IS 'Whose calendar';
COMMENT ON COLUMN convene.booking_external_events.connection_id IS 'The account';
COMMENT ON COLUMN convene.booking_external_events.operation IS 'What is owed, or was done last: create, reschedule or cancel';
COMMENT ON COLUMN convene.booking_external_events.generation IS 'Counts what was wanted: work that began for an earlier one settles nothing';
COMMENT ON COLUMN convene.booking_external_events.incarnation IS 'Counts events made anew after one was removed: providers keep the ids of removed ones';
COMMENT ON COLUMN convene.booking_external_events.begun IS 'Whether this incarnation may exist at the provider: somebody began to make it';
COMMENT ON COLUMN convene.booking_external_events.hosts_conference IS 'Whether this event is to bring the conference link';
COMMENT ON COLUMN convene.booking_external_events.wanted IS 'When the meeting is';
COMMENT ON COLUMN convene.booking_external_events.status IS 'pending: the calendar is not yet as wanted; done: it is';
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
CREATE INDEX booking_external_events_connection_idx ON convene.booking_external_events (org_id, connection_id, event_id);
-- What waits for an account that must be connected again.
CREATE INDEX booking_external_events_pending_idx ON convene.booking_external_events (org_id, connection_id) WHERE status = 'pending';
CREATE INDEX booking_external_events_user_idx ON convene.booking_external_events (org_id, user_id, id);
