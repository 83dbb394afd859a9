-- What booking must know of external calendars: who has one connected, and when they are busy there.

CREATE TABLE convene.calendar_connections (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL,
    provider   text NOT NULL,
    status     text NOT NULL DEFAULT 'connected',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_connections_provider_known CHECK (provider IN ('google', 'microsoft')),
    CONSTRAINT calendar_connections_status_known CHECK (status IN ('connected', 'needs_reconnect', 'disconnected'))
);
COMMENT ON TABLE convene.calendar_connections IS 'A user''s external calendar accounts';
COMMENT ON COLUMN convene.calendar_connections.org_id IS 'Tenant';
COMMENT ON COLUMN convene.calendar_connections.id IS 'UUIDv7';
COMMENT ON COLUMN convene.calendar_connections.user_id IS 'Whose account';
COMMENT ON COLUMN convene.calendar_connections.provider IS 'google or microsoft';
COMMENT ON COLUMN convene.calendar_connections.status IS 'connected, needs_reconnect or disconnected';
COMMENT ON COLUMN convene.calendar_connections.created_at IS 'When it was connected';
CREATE INDEX calendar_connections_user_idx ON convene.calendar_connections (org_id, user_id);

CREATE TABLE convene.calendar_busy_windows (
    org_id        integer NOT NULL,
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
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
