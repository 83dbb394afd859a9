-- Whom an outside issuer's tokens mean.

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
