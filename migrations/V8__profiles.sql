-- What people say about themselves, within lengths; the list of an organization's people; bookings that change mentors.

ALTER TABLE convene.users
    ADD CONSTRAINT users_title_length CHECK (char_length(title) <= 200),
    ADD CONSTRAINT users_company_length CHECK (char_length(company) <= 200),
    ADD CONSTRAINT users_bio_length CHECK (char_length(bio) <= 2000);
-- Coordinators look people up by name.
CREATE INDEX users_list_idx ON convene.users (org_id, name, id) WHERE deleted_at IS NULL;

CREATE TABLE convene.user_urls (
    org_id   integer NOT NULL,
    user_id  uuid NOT NULL,
    position smallint NOT NULL,
    label    text NOT NULL,
    url      text NOT NULL,
    PRIMARY KEY (org_id, user_id, position),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_urls_at_most_ten CHECK (position BETWEEN 1 AND 10),
    CONSTRAINT user_urls_label_length CHECK (char_length(label) BETWEEN 1 AND 100),
    CONSTRAINT user_urls_url_form CHECK (url ~* '^https?://' AND char_length(url) <= 2048)
);
COMMENT ON TABLE convene.user_urls IS 'Addresses that users show the others: a site, a portfolio, a profile elsewhere';
COMMENT ON COLUMN convene.user_urls.org_id IS 'Tenant';
COMMENT ON COLUMN convene.user_urls.user_id IS 'Whose address';
COMMENT ON COLUMN convene.user_urls.position IS 'Place in the user''s list, 1 to 10';
COMMENT ON COLUMN convene.user_urls.label IS 'What it is called, 1 to 100 characters';
COMMENT ON COLUMN convene.user_urls.url IS 'http(s) address';

ALTER TABLE convene.booking_events
    DROP CONSTRAINT booking_events_event_known,
    ADD CONSTRAINT booking_events_event_known CHECK (event IN ('created', 'confirmed', 'declined', 'canceled', 'rescheduled', 'reassigned', 'completed', 'no_show', 'expired', 'rated'));
COMMENT ON COLUMN convene.booking_events.event IS 'created, confirmed, declined, canceled, rescheduled, reassigned, completed, no_show, expired or rated';
COMMENT ON COLUMN convene.booking_events.facts IS 'What else happened: late cancellation, old and new times of a move, old and new mentor, rating';
