-- Airtable as the office's directory of people: where it is, how far it was read, and which record stands for whom.

CREATE TABLE convene.airtable_sources (
    org_id             integer NOT NULL REFERENCES convene.organizations (id) ON DELETE CASCADE,
    id                 uuid NOT NULL,
    base_id            text NOT NULL,
    table_name         text NOT NULL,
    status             text NOT NULL DEFAULT 'active',
    key_id             text NOT NULL,
    secrets            bytea NOT NULL,
    webhook_id         text,
    webhook_url        text,
    webhook_key_id     text,
    webhook_secret     bytea,
    webhook_expires_at timestamptz,
    pinged_at          timestamptz,
    misses_pings       boolean NOT NULL DEFAULT false,
    cursor             bigint NOT NULL DEFAULT 1,
    needs_listing      boolean NOT NULL DEFAULT true,
    listing            integer NOT NULL DEFAULT 0,
    listing_began_at   timestamptz,
    listing_offset     text,
    listed_at          timestamptz,
    synced_at          timestamptz,
    report             jsonb NOT NULL DEFAULT '{}',
    last_error         text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT airtable_sources_one_each UNIQUE (org_id),
    CONSTRAINT airtable_sources_status_known CHECK (status IN ('active', 'broken')),
    CONSTRAINT airtable_sources_webhook_whole CHECK ((webhook_id IS NULL) = (webhook_secret IS NULL) AND (webhook_secret IS NULL) = (webhook_key_id IS NULL))
);
COMMENT ON TABLE convene.airtable_sources IS 'The table in Airtable that is an organization''s directory of people, and how far it was read. When it is read is in work_items, queue airtable_syncs';
COMMENT ON COLUMN convene.airtable_sources.org_id IS 'Tenant; each has one at most';
COMMENT ON COLUMN convene.airtable_sources.id IS 'Random, made by the service, which seals the secrets for it; another each time it is connected';
COMMENT ON COLUMN convene.airtable_sources.base_id IS 'Airtable''s id of the base';
COMMENT ON COLUMN convene.airtable_sources.table_name IS 'Id (tbl…) or name of the table in it';
COMMENT ON COLUMN convene.airtable_sources.status IS 'active, or broken: Airtable no longer lets us read it, and nothing is tried until an admin does something';
COMMENT ON COLUMN convene.airtable_sources.key_id IS 'Which of the service''s keys sealed the secrets';
COMMENT ON COLUMN convene.airtable_sources.secrets IS 'The token that Airtable is asked with, and what pushed payloads are signed with; sealed by the service (AES-256-GCM)';
COMMENT ON COLUMN convene.airtable_sources.webhook_id IS 'Airtable''s id of the webhook that collects changes; NULL while there is none';
COMMENT ON COLUMN convene.airtable_sources.webhook_url IS 'Where that webhook pings; NULL when it does not, and changes are found by polling';
COMMENT ON COLUMN convene.airtable_sources.webhook_key_id IS 'Which of the service''s keys sealed webhook_secret';
COMMENT ON COLUMN convene.airtable_sources.webhook_secret IS 'What Airtable signs pings with, sealed by the service';
COMMENT ON COLUMN convene.airtable_sources.webhook_expires_at IS 'When Airtable ends the webhook, unless it is refreshed';
COMMENT ON COLUMN convene.airtable_sources.pinged_at IS 'When Airtable last told of a change; NULL for never';
COMMENT ON COLUMN convene.airtable_sources.misses_pings IS 'Whether a change was found that no ping had told of: until one comes, changes are looked for every few minutes';
COMMENT ON COLUMN convene.airtable_sources.cursor IS 'The first payload of the webhook that was not applied';
COMMENT ON COLUMN convene.airtable_sources.needs_listing IS 'Whether all records are to be listed, because changes alone are not enough';
COMMENT ON COLUMN convene.airtable_sources.listing IS 'Counts listings';
COMMENT ON COLUMN convene.airtable_sources.listing_began_at IS 'When the listing began that goes on; NULL while none does';
COMMENT ON COLUMN convene.airtable_sources.listing_offset IS 'Where that listing continues, in Airtable''s word; NULL at its first page';
COMMENT ON COLUMN convene.airtable_sources.listed_at IS 'When all records were last listed to the end; NULL for never';
COMMENT ON COLUMN convene.airtable_sources.synced_at IS 'As of when changes are applied; NULL for never';
COMMENT ON COLUMN convene.airtable_sources.report IS 'Since the last listing began: how many records were created, updated, removed, unchanged, stale and skipped, and the first problems, by record and field';
COMMENT ON COLUMN convene.airtable_sources.last_error IS 'Why it is broken, in Airtable''s word; NULL while it is active';
COMMENT ON COLUMN convene.airtable_sources.created_at IS 'When it was connected';
-- A ping of Airtable's names the source alone.
CREATE INDEX airtable_sources_id_idx ON convene.airtable_sources (id);
CREATE INDEX airtable_sources_base_idx ON convene.airtable_sources (base_id);

-- What was applied stays known when its user is gone, so that nothing older ever counts.
CREATE TABLE convene.airtable_records (
    org_id    integer NOT NULL REFERENCES convene.organizations (id) ON DELETE CASCADE,
    record_id text NOT NULL,
    as_of     timestamptz NOT NULL,
    digest    bytea,
    listing   integer,
    PRIMARY KEY (org_id, record_id)
);
COMMENT ON TABLE convene.airtable_records IS 'Records of Airtable that were applied, also those that are gone or stand for nobody';
COMMENT ON COLUMN convene.airtable_records.org_id IS 'Tenant';
COMMENT ON COLUMN convene.airtable_records.record_id IS 'Airtable''s id';
COMMENT ON COLUMN convene.airtable_records.as_of IS 'As of when it was applied: what is older changes nothing';
COMMENT ON COLUMN convene.airtable_records.digest IS 'SHA-256 of what it said, if all of that was applied: while it says the same, what people changed here stays';
COMMENT ON COLUMN convene.airtable_records.listing IS 'The last listing it was in';

CREATE TABLE convene.user_phones (
    org_id    integer NOT NULL,
    id        uuid NOT NULL,
    user_id   uuid NOT NULL,
    record_id text NOT NULL,
    key_id    text NOT NULL,
    phone     bytea NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT user_phones_one_each UNIQUE (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE convene.user_phones IS 'Phone numbers of people, as their records in Airtable have them';
COMMENT ON COLUMN convene.user_phones.org_id IS 'Tenant';
COMMENT ON COLUMN convene.user_phones.id IS 'UUIDv7';
COMMENT ON COLUMN convene.user_phones.user_id IS 'Whose';
COMMENT ON COLUMN convene.user_phones.record_id IS 'The record that it came from, for which it is sealed';
COMMENT ON COLUMN convene.user_phones.key_id IS 'Which of the service''s keys sealed it';
COMMENT ON COLUMN convene.user_phones.phone IS 'The number, sealed by the service (AES-256-GCM)';
