-- Ways to sign in: sessions, links by mail, keys for programs, subjects of outside issuers; the mail that waits to be sent;
-- and the record of what administrators changed.

CREATE TABLE convene.sessions (
    org_id       integer NOT NULL,
    id           uuid NOT NULL,
    user_id      uuid NOT NULL,
    token_hash   bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    extended_at  timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    CONSTRAINT sessions_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    -- However much it is used.
    CONSTRAINT sessions_end CHECK (expires_at <= created_at + interval '30 days')
);
COMMENT ON TABLE convene.sessions IS 'Signed-in sessions: 7 days, extended at most once a day while used, 30 days in all';
COMMENT ON COLUMN convene.sessions.org_id IS 'Tenant';
COMMENT ON COLUMN convene.sessions.id IS 'UUIDv7';
COMMENT ON COLUMN convene.sessions.user_id IS 'Whose session';
COMMENT ON COLUMN convene.sessions.token_hash IS 'SHA-256 of the bearer token; the token itself is never stored';
COMMENT ON COLUMN convene.sessions.created_at IS 'When it was opened';
COMMENT ON COLUMN convene.sessions.extended_at IS 'When its expiry was last moved';
COMMENT ON COLUMN convene.sessions.expires_at IS 'When it ends by itself';
COMMENT ON COLUMN convene.sessions.revoked_at IS 'When it was ended by hand';
CREATE INDEX sessions_user_idx ON convene.sessions (org_id, user_id);

CREATE TABLE convene.sign_in_events (
    org_id      integer NOT NULL,
    seq         bigint GENERATED ALWAYS AS IDENTITY,
    user_id     uuid NOT NULL,
    event       text NOT NULL,
    session_id  uuid,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT sign_in_events_event_known CHECK (event IN ('signed_in', 'link_refused', 'signed_out', 'ended'))
);
COMMENT ON TABLE convene.sign_in_events IS 'When users signed in, tried to, and were signed out; kept for 90 days';
COMMENT ON COLUMN convene.sign_in_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.sign_in_events.seq IS 'Order of events';
COMMENT ON COLUMN convene.sign_in_events.user_id IS 'Who';
COMMENT ON COLUMN convene.sign_in_events.event IS 'signed_in; link_refused, a used or expired link of theirs was shown; signed_out, by themselves; ended, because they were switched off or removed';
COMMENT ON COLUMN convene.sign_in_events.session_id IS 'The session; NULL for a refused link';
COMMENT ON COLUMN convene.sign_in_events.occurred_at IS 'When';
CREATE INDEX sign_in_events_user_idx ON convene.sign_in_events (org_id, user_id, seq);
CREATE INDEX sign_in_events_time_idx ON convene.sign_in_events (occurred_at);

-- Whatever opens or ends a session, also by hand. One that ended by itself is in the record with its beginning.
CREATE FUNCTION convene.record_sign_in() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO convene.sign_in_events (org_id, user_id, event, session_id)
        VALUES (NEW.org_id, NEW.user_id, 'signed_in', NEW.id);
    ELSIF OLD.revoked_at IS NULL AND OLD.expires_at > clock_timestamp() THEN
        INSERT INTO convene.sign_in_events (org_id, user_id, event, session_id)
        VALUES (OLD.org_id, OLD.user_id, CASE TG_OP WHEN 'DELETE' THEN 'ended' ELSE 'signed_out' END, OLD.id);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION convene.record_sign_in() IS 'Trigger: beginnings and ends of sessions are on record';
CREATE TRIGGER sessions_begin_and_end AFTER INSERT OR DELETE ON convene.sessions
    FOR EACH ROW EXECUTE FUNCTION convene.record_sign_in();
CREATE TRIGGER sessions_revoked AFTER UPDATE OF revoked_at ON convene.sessions
    FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION convene.record_sign_in();

-- Nothing here depends on who is asked for, so that the time of an answer tells nobody whether an address is known.
CREATE TABLE convene.link_requests (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      convene.citext NOT NULL,
    org_slug   convene.citext,
    token_hash bytea NOT NULL,
    key_id     text NOT NULL,
    payload    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT link_requests_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32)
);
COMMENT ON TABLE convene.link_requests IS 'Links that were asked for; answer_link_requests makes them, within a second';
COMMENT ON COLUMN convene.link_requests.id IS 'In the order in which they were asked for';
COMMENT ON COLUMN convene.link_requests.email IS 'For which address';
COMMENT ON COLUMN convene.link_requests.org_slug IS 'In which organization; NULL is in all that know the address';
COMMENT ON COLUMN convene.link_requests.token_hash IS 'SHA-256 of the token in the link';
COMMENT ON COLUMN convene.link_requests.key_id IS 'Which of the service''s keys sealed the payload';
COMMENT ON COLUMN convene.link_requests.payload IS 'The mail''s content, sealed by the service';
COMMENT ON COLUMN convene.link_requests.created_at IS 'When';

CREATE TABLE convene.magic_links (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    -- One link may sign in to several organizations.
    CONSTRAINT magic_links_token_hash_key UNIQUE (token_hash, org_id),
    CONSTRAINT magic_links_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    CONSTRAINT magic_links_expires_later CHECK (expires_at > created_at)
);
COMMENT ON TABLE convene.magic_links IS 'Links that sign a user in once, within 15 minutes; a user has a few at most';
COMMENT ON COLUMN convene.magic_links.org_id IS 'Tenant';
COMMENT ON COLUMN convene.magic_links.id IS 'UUIDv7';
COMMENT ON COLUMN convene.magic_links.user_id IS 'Whom it signs in';
COMMENT ON COLUMN convene.magic_links.token_hash IS 'SHA-256 of the token in the link; the token itself is never stored';
COMMENT ON COLUMN convene.magic_links.created_at IS 'When it was asked for';
COMMENT ON COLUMN convene.magic_links.expires_at IS 'When it ends by itself';
COMMENT ON COLUMN convene.magic_links.used_at IS 'When it was used; NULL before';
CREATE INDEX magic_links_user_idx ON convene.magic_links (org_id, user_id);
CREATE INDEX magic_links_expires_idx ON convene.magic_links (expires_at);

CREATE TABLE convene.api_keys (
    org_id       integer NOT NULL,
    id           uuid NOT NULL,
    user_id      uuid NOT NULL,
    name         text NOT NULL,
    prefix       text NOT NULL,
    token_hash   bytea NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT api_keys_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_keys_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT api_keys_one_line CHECK (name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
    CONSTRAINT api_keys_prefix_length CHECK (char_length(prefix) BETWEEN 8 AND 16),
    CONSTRAINT api_keys_scopes_given CHECK (cardinality(scopes) BETWEEN 1 AND 50)
);
COMMENT ON TABLE convene.api_keys IS 'Keys with which programs act for a user, within scopes';
COMMENT ON COLUMN convene.api_keys.org_id IS 'Tenant';
COMMENT ON COLUMN convene.api_keys.id IS 'UUIDv7';
COMMENT ON COLUMN convene.api_keys.user_id IS 'Whom the key acts for';
COMMENT ON COLUMN convene.api_keys.name IS 'What it is for, in its owner''s words';
COMMENT ON COLUMN convene.api_keys.prefix IS 'First characters of the key, to tell keys apart';
COMMENT ON COLUMN convene.api_keys.token_hash IS 'SHA-256 of the key; the key itself is never stored';
COMMENT ON COLUMN convene.api_keys.scopes IS 'What it may do, such as bookings:read; the service knows their meaning';
COMMENT ON COLUMN convene.api_keys.created_at IS 'When it was made';
COMMENT ON COLUMN convene.api_keys.expires_at IS 'When it ends by itself; NULL is never';
COMMENT ON COLUMN convene.api_keys.last_used_at IS 'When it was last used, to the minute';
COMMENT ON COLUMN convene.api_keys.revoked_at IS 'When it was ended by hand';
CREATE INDEX api_keys_user_idx ON convene.api_keys (org_id, user_id);

CREATE TABLE convene.issuers (
    org_id     integer NOT NULL REFERENCES convene.organizations (id),
    issuer     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, issuer),
    -- Whoever runs an issuer decides who its subjects are: no two organizations may.
    CONSTRAINT issuers_one_organization UNIQUE (issuer),
    CONSTRAINT issuers_issuer_length CHECK (char_length(issuer) BETWEEN 1 AND 255)
);
COMMENT ON TABLE convene.issuers IS 'Outside issuers that belong to one organization, whose admins say who their subjects are';
COMMENT ON COLUMN convene.issuers.org_id IS 'Tenant, whose issuer it is';
COMMENT ON COLUMN convene.issuers.issuer IS 'The tokens'' iss, exactly';
COMMENT ON COLUMN convene.issuers.created_at IS 'When an operator gave it to the organization';

CREATE TABLE convene.user_identities (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
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

CREATE TABLE convene.email_deliveries (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    template   text NOT NULL,
    key_id     text NOT NULL,
    payload    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT email_deliveries_template_known CHECK (template IN ('magic_link'))
);
COMMENT ON TABLE convene.email_deliveries IS 'Mail that waits to be sent';
COMMENT ON COLUMN convene.email_deliveries.org_id IS 'Tenant';
COMMENT ON COLUMN convene.email_deliveries.id IS 'UUIDv7';
COMMENT ON COLUMN convene.email_deliveries.user_id IS 'To whom';
COMMENT ON COLUMN convene.email_deliveries.template IS 'Which text: magic_link';
COMMENT ON COLUMN convene.email_deliveries.key_id IS 'Which of the service''s keys sealed the payload';
COMMENT ON COLUMN convene.email_deliveries.payload IS 'What the text needs, sealed by the service (AES-256-GCM): the database never sees the key';
COMMENT ON COLUMN convene.email_deliveries.created_at IS 'When it was queued';
CREATE INDEX email_deliveries_user_idx ON convene.email_deliveries (org_id, user_id);
CREATE INDEX email_deliveries_created_idx ON convene.email_deliveries (created_at);

CREATE TABLE convene.audit_log (
    org_id      integer NOT NULL REFERENCES convene.organizations (id),
    id          uuid NOT NULL,
    actor_id    uuid NOT NULL,
    action      text NOT NULL,
    target_kind text NOT NULL,
    target_id   text,
    details     jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, actor_id) REFERENCES convene.users (org_id, id)
);
COMMENT ON TABLE convene.audit_log IS 'What admins and coordinators did, but for bookings, whose own history says it';
COMMENT ON COLUMN convene.audit_log.org_id IS 'Tenant';
COMMENT ON COLUMN convene.audit_log.id IS 'UUIDv7';
COMMENT ON COLUMN convene.audit_log.actor_id IS 'Who did it';
COMMENT ON COLUMN convene.audit_log.action IS 'What, such as change_policy';
COMMENT ON COLUMN convene.audit_log.target_kind IS 'To what kind of thing, such as user';
COMMENT ON COLUMN convene.audit_log.target_id IS 'To which; NULL for the organization itself';
COMMENT ON COLUMN convene.audit_log.details IS 'Ids, numbers and settings, before and after; no secrets, and nothing personal but why somebody was suspended, which goes when they are erased';
COMMENT ON COLUMN convene.audit_log.occurred_at IS 'When';
CREATE INDEX audit_log_time_idx ON convene.audit_log (org_id, occurred_at, id);
CREATE INDEX audit_log_actor_idx ON convene.audit_log (org_id, actor_id, occurred_at, id);
CREATE INDEX audit_log_action_idx ON convene.audit_log (org_id, action, occurred_at, id);
