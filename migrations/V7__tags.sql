-- Tags: what people know and look for. Mentors are searched by them, and matched with mentees.

CREATE TABLE convene.tags (
    org_id     integer NOT NULL REFERENCES convene.organizations (id),
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    kind       text NOT NULL,
    name       convene.citext NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT tags_name_key UNIQUE (org_id, kind, name),
    CONSTRAINT tags_kind_known CHECK (kind IN ('industry', 'technology', 'stage')),
    CONSTRAINT tags_name_form CHECK (name::text ~ '^[^[:space:][:cntrl:]]([^[:cntrl:]]*[^[:space:][:cntrl:]])?$' AND char_length(name::text) <= 100)
);
COMMENT ON TABLE convene.tags IS 'An organization''s words for what people know and look for';
COMMENT ON COLUMN convene.tags.org_id IS 'Tenant';
COMMENT ON COLUMN convene.tags.id IS 'UUIDv7';
COMMENT ON COLUMN convene.tags.kind IS 'industry, technology or stage (of a venture)';
COMMENT ON COLUMN convene.tags.name IS 'The word, unique of its kind in the organization whatever its case; 1 to 100 characters, no space around it';
COMMENT ON COLUMN convene.tags.created_at IS 'When the row was made';

CREATE TABLE convene.user_tags (
    org_id     integer NOT NULL,
    user_id    uuid NOT NULL,
    tag_id     uuid NOT NULL,
    source     text NOT NULL DEFAULT 'manual',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, tag_id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, tag_id) REFERENCES convene.tags (org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_tags_source_known CHECK (source IN ('manual', 'airtable'))
);
COMMENT ON TABLE convene.user_tags IS 'Who has which tags';
COMMENT ON COLUMN convene.user_tags.org_id IS 'Tenant';
COMMENT ON COLUMN convene.user_tags.user_id IS 'Who';
COMMENT ON COLUMN convene.user_tags.tag_id IS 'Has which';
COMMENT ON COLUMN convene.user_tags.source IS 'Who says so: manual, the user or staff; airtable, the synchronisation, which alone takes it away again';
COMMENT ON COLUMN convene.user_tags.created_at IS 'Since when';
CREATE INDEX user_tags_tag_idx ON convene.user_tags (org_id, tag_id, user_id);
