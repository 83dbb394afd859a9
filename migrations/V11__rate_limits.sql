-- How much every sender may still ask for: token buckets that all instances of the service share.

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
