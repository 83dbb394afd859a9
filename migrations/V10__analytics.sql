-- How visits to public booking pages end: what happened on the pages, and counts for each day that stay. Nothing here says
-- who visited.

CREATE TABLE convene.analytics_funnel_events (
    org_id        integer NOT NULL,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    event_type_id uuid NOT NULL,
    team_id       uuid,
    booking_id    uuid,
    stage         text NOT NULL,
    visit_hash    bytea,
    occurred_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, seq),
    -- No foreign key to the event type: it would lock that one row for every page view, and event types are never deleted.
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    CONSTRAINT analytics_funnel_events_stage_known CHECK (stage IN ('page_view', 'slot_selection', 'booking_confirmed')),
    CONSTRAINT analytics_funnel_events_visit_is_hash CHECK (octet_length(visit_hash) = 32),
    CONSTRAINT analytics_funnel_events_booking_is_confirmed CHECK ((stage = 'booking_confirmed') = (booking_id IS NOT NULL)),
    CONSTRAINT analytics_funnel_events_visit_is_no_booking CHECK (num_nonnulls(visit_hash, booking_id) <= 1)
);
COMMENT ON TABLE convene.analytics_funnel_events IS 'What happened on public booking pages, and which bookings came of it. Rows are only added, and deleted after 90 days; they name no person';
COMMENT ON COLUMN convene.analytics_funnel_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.analytics_funnel_events.seq IS 'Order of events';
COMMENT ON COLUMN convene.analytics_funnel_events.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.analytics_funnel_events.team_id IS 'Its team; NULL for a host''s own';
COMMENT ON COLUMN convene.analytics_funnel_events.booking_id IS 'The booking, exactly for booking_confirmed';
COMMENT ON COLUMN convene.analytics_funnel_events.stage IS 'page_view, slot_selection or booking_confirmed';
COMMENT ON COLUMN convene.analytics_funnel_events.visit_hash IS 'SHA-256 of the event type and of a random key that the page made for the visit, so that a stage counts once a visit; NULL if it gave none';
COMMENT ON COLUMN convene.analytics_funnel_events.occurred_at IS 'When';
CREATE UNIQUE INDEX analytics_funnel_events_visit_key ON convene.analytics_funnel_events (org_id, event_type_id, visit_hash, stage) WHERE visit_hash IS NOT NULL;
CREATE INDEX analytics_funnel_events_booking_idx ON convene.analytics_funnel_events (org_id, booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX analytics_funnel_events_age_idx ON convene.analytics_funnel_events (occurred_at);

-- A counter for each event type and day would make all visitors of a page wait for one row. So each event adds a row of
-- its own here, which nobody waits for, and a job folds these rows into the counts: in one statement, so exactly once.
CREATE TABLE convene.analytics_funnel_pending (
    org_id        integer NOT NULL,
    seq           bigint NOT NULL,
    day           date NOT NULL,
    event_type_id uuid NOT NULL,
    stage         text NOT NULL,
    PRIMARY KEY (org_id, seq)
)
-- Rows live for a minute.
WITH (
    autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 0.05
);
COMMENT ON TABLE convene.analytics_funnel_pending IS 'Funnel events that the counts of analytics_funnel_days do not have yet. Whoever reads the counts adds these, so that none is missing and none counts twice';
COMMENT ON COLUMN convene.analytics_funnel_pending.org_id IS 'Tenant';
COMMENT ON COLUMN convene.analytics_funnel_pending.seq IS 'The event''s';
COMMENT ON COLUMN convene.analytics_funnel_pending.day IS 'Date of the event, in the zone that the organization had then';
COMMENT ON COLUMN convene.analytics_funnel_pending.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.analytics_funnel_pending.stage IS 'page_view, slot_selection or booking_confirmed';

CREATE TABLE convene.analytics_funnel_days (
    org_id             integer NOT NULL,
    day                date NOT NULL,
    event_type_id      uuid NOT NULL,
    page_views         bigint NOT NULL DEFAULT 0,
    slot_selections    bigint NOT NULL DEFAULT 0,
    bookings_confirmed bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, day, event_type_id),
    FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types (org_id, id)
)
-- Today's rows are updated every minute, and their indexes need not be.
WITH (fillfactor = 80);
COMMENT ON TABLE convene.analytics_funnel_days IS 'Funnel events of each day and event type, counted. They stay';
COMMENT ON COLUMN convene.analytics_funnel_days.org_id IS 'Tenant';
COMMENT ON COLUMN convene.analytics_funnel_days.day IS 'Date, in the zone that the organization had then';
COMMENT ON COLUMN convene.analytics_funnel_days.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.analytics_funnel_days.page_views IS 'Visits of its page';
COMMENT ON COLUMN convene.analytics_funnel_days.slot_selections IS 'Visits in which a time was chosen';
COMMENT ON COLUMN convene.analytics_funnel_days.bookings_confirmed IS 'Bookings that were confirmed for the first time, and seats taken in meetings that were confirmed before';
CREATE INDEX analytics_funnel_days_event_type_idx ON convene.analytics_funnel_days (org_id, event_type_id, day);
