-- Availability blocks, days off, and the slots cut from them.

CREATE TABLE convene.location_presets (
    org_id     integer NOT NULL REFERENCES convene.organizations (id),
    id         uuid NOT NULL,
    slug       convene.citext NOT NULL,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT location_presets_slug_form CHECK (slug::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT location_presets_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT location_presets_one_line CHECK (name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]')
);
COMMENT ON TABLE convene.location_presets IS 'Places an organization offers for meetings in person';
COMMENT ON COLUMN convene.location_presets.org_id IS 'Tenant';
COMMENT ON COLUMN convene.location_presets.id IS 'UUIDv7';
COMMENT ON COLUMN convene.location_presets.slug IS 'Short name, unique in the organization';
COMMENT ON COLUMN convene.location_presets.name IS 'The place as people read it';
COMMENT ON COLUMN convene.location_presets.created_at IS 'When the row was made';
COMMENT ON COLUMN convene.location_presets.deleted_at IS 'When it was taken off the list; NULL while it is offered';
COMMENT ON CONSTRAINT location_presets_slug_form ON convene.location_presets IS 'slug must be 1 to 63 lower-case letters, digits and hyphens between them';
COMMENT ON CONSTRAINT location_presets_name_length ON convene.location_presets IS 'name must be 1 to 200 characters';
COMMENT ON CONSTRAINT location_presets_one_line ON convene.location_presets IS 'name must be one line without control characters';
-- A place that was offered stays for the bookings there.
CREATE UNIQUE INDEX location_presets_slug_key ON convene.location_presets (org_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE convene.availability_blocks (
    org_id                integer NOT NULL,
    id                    uuid NOT NULL,
    mentor_id             uuid NOT NULL,
    recurrence            text NOT NULL,
    start_date            date NOT NULL,
    until_date            date,
    start_time            time NOT NULL,
    end_time              time NOT NULL,
    ends_next_day         boolean NOT NULL DEFAULT false,
    time_zone             convene.iana_zone NOT NULL,
    slot_minutes          integer NOT NULL,
    buffer_minutes        integer NOT NULL DEFAULT 0,
    meeting_type          text NOT NULL DEFAULT 'online',
    location_preset_id    uuid,
    location_custom       text,
    requires_confirmation boolean NOT NULL DEFAULT false,
    is_active             boolean NOT NULL DEFAULT true,
    generated_until       date,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    deleted_at            timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, location_preset_id) REFERENCES convene.location_presets (org_id, id),
    -- generate_slot_instances is given a block's id alone.
    CONSTRAINT availability_blocks_id_key UNIQUE (id),
    CONSTRAINT availability_blocks_recurrence_known CHECK (recurrence IN ('one_time', 'weekly', 'monthly', 'quarterly')),
    CONSTRAINT availability_blocks_dates_range CHECK (start_date BETWEEN '1970-01-01' AND '9998-12-31' AND until_date <= '9998-12-31'),
    CONSTRAINT availability_blocks_dates_order CHECK (until_date >= start_date),
    CONSTRAINT availability_blocks_window_order CHECK (CASE WHEN ends_next_day THEN end_time <= start_time ELSE end_time > start_time END),
    CONSTRAINT availability_blocks_whole_minutes CHECK (extract(second FROM start_time) = 0 AND extract(second FROM end_time) = 0),
    CONSTRAINT availability_blocks_slot_range CHECK (slot_minutes BETWEEN 5 AND 480),
    CONSTRAINT availability_blocks_buffer_range CHECK (buffer_minutes BETWEEN 0 AND 240),
    CONSTRAINT availability_blocks_meeting_type_known CHECK (meeting_type IN ('online', 'in_person_preset', 'in_person_custom')),
    CONSTRAINT availability_blocks_location_fits CHECK (
        (meeting_type = 'in_person_preset') = (location_preset_id IS NOT NULL)
        AND (meeting_type = 'in_person_custom') = (location_custom IS NOT NULL)
    )
);
COMMENT ON TABLE convene.availability_blocks IS 'A mentor''s recurring windows of wall-clock time, cut into time slots';
COMMENT ON COLUMN convene.availability_blocks.org_id IS 'Tenant';
COMMENT ON COLUMN convene.availability_blocks.id IS 'UUIDv7';
COMMENT ON COLUMN convene.availability_blocks.mentor_id IS 'Whose time';
COMMENT ON COLUMN convene.availability_blocks.recurrence IS 'one_time; weekly on the weekday of start_date; monthly on its day of month, skipping months that lack it; quarterly: every third month of those';
COMMENT ON COLUMN convene.availability_blocks.start_date IS 'First day, in time_zone';
COMMENT ON COLUMN convene.availability_blocks.until_date IS 'Last day, inclusive; NULL goes on';
COMMENT ON COLUMN convene.availability_blocks.start_time IS 'Wall-clock start of the window, whole minutes';
COMMENT ON COLUMN convene.availability_blocks.end_time IS 'Wall-clock end of the window, whole minutes; 24:00 is allowed';
COMMENT ON COLUMN convene.availability_blocks.ends_next_day IS 'Whether the window ends on the day after it starts';
COMMENT ON COLUMN convene.availability_blocks.time_zone IS 'IANA zone of the window';
COMMENT ON COLUMN convene.availability_blocks.slot_minutes IS 'Length of a slot in real minutes, 5 to 480';
COMMENT ON COLUMN convene.availability_blocks.buffer_minutes IS 'Real minutes between the slots of one window, 0 to 240';
COMMENT ON COLUMN convene.availability_blocks.meeting_type IS 'online, in_person_preset or in_person_custom';
COMMENT ON COLUMN convene.availability_blocks.location_preset_id IS 'The place, for in_person_preset';
COMMENT ON COLUMN convene.availability_blocks.location_custom IS 'The place in words, for in_person_custom';
COMMENT ON COLUMN convene.availability_blocks.requires_confirmation IS 'Whether the mentor confirms each request';
COMMENT ON COLUMN convene.availability_blocks.is_active IS 'Whether slots are made and offered';
COMMENT ON COLUMN convene.availability_blocks.generated_until IS 'Last day, in time_zone, whose slots have been made; NULL before the first';
COMMENT ON COLUMN convene.availability_blocks.created_at IS 'When the row was made';
COMMENT ON COLUMN convene.availability_blocks.updated_at IS 'When the row was last changed by a person';
COMMENT ON COLUMN convene.availability_blocks.deleted_at IS 'When the block was removed; NULL while present';
CREATE INDEX availability_blocks_mentor_idx ON convene.availability_blocks (org_id, mentor_id);
CREATE INDEX availability_blocks_preset_idx ON convene.availability_blocks (org_id, location_preset_id) WHERE location_preset_id IS NOT NULL;

CREATE TABLE convene.blackout_dates (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    mentor_id  uuid NOT NULL,
    day        date NOT NULL,
    reason     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT blackout_dates_day_key UNIQUE (org_id, mentor_id, day)
);
COMMENT ON TABLE convene.blackout_dates IS 'Days off of hosts: on such a day nothing is offered, neither slots of blocks nor times of event types';
COMMENT ON COLUMN convene.blackout_dates.org_id IS 'Tenant';
COMMENT ON COLUMN convene.blackout_dates.id IS 'UUIDv7';
COMMENT ON COLUMN convene.blackout_dates.mentor_id IS 'Whose day off';
COMMENT ON COLUMN convene.blackout_dates.day IS 'The day, in the zone of each block and schedule';
COMMENT ON COLUMN convene.blackout_dates.reason IS 'Why, for the host''s own use';
COMMENT ON COLUMN convene.blackout_dates.created_at IS 'When the row was made';

CREATE TABLE convene.time_slots (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    block_id   uuid NOT NULL,
    mentor_id  uuid NOT NULL,
    start_time timestamptz NOT NULL,
    end_time   timestamptz NOT NULL,
    booking_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, block_id) REFERENCES convene.availability_blocks (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id),
    -- A booked slot that its block no longer yields may share its start with one that the block yields now.
    CONSTRAINT time_slots_block_times_key UNIQUE (org_id, block_id, start_time, end_time),
    CONSTRAINT time_slots_times_order CHECK (end_time > start_time)
) WITH (fillfactor = 90);
COMMENT ON TABLE convene.time_slots IS 'What a mentee books: one stretch of a block''s window';
COMMENT ON COLUMN convene.time_slots.org_id IS 'Tenant';
COMMENT ON COLUMN convene.time_slots.id IS 'UUIDv7';
COMMENT ON COLUMN convene.time_slots.block_id IS 'The block it was cut from';
COMMENT ON COLUMN convene.time_slots.mentor_id IS 'The block''s mentor';
COMMENT ON COLUMN convene.time_slots.start_time IS 'First instant';
COMMENT ON COLUMN convene.time_slots.end_time IS 'First instant after';
COMMENT ON COLUMN convene.time_slots.booking_id IS 'The active booking that takes the slot; NULL when free';
COMMENT ON COLUMN convene.time_slots.created_at IS 'When the slot was made';
COMMENT ON COLUMN convene.time_slots.deleted_at IS 'When its block stopped yielding it; such a slot keeps its bookings and is not offered again';
CREATE INDEX time_slots_mentor_start_idx ON convene.time_slots (org_id, mentor_id, start_time, id);
-- What everybody offers next. Booking a slot changes neither column, and so writes to no index.
CREATE INDEX time_slots_start_idx ON convene.time_slots (org_id, start_time);

CREATE TABLE convene.tier_override_requests (
    org_id       integer NOT NULL,
    id           uuid NOT NULL,
    mentee_id    uuid NOT NULL,
    mentor_id    uuid NOT NULL,
    reason       text NOT NULL,
    status       text NOT NULL DEFAULT 'pending',
    reviewed_by  uuid,
    reviewed_at  timestamptz,
    review_notes text,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, mentee_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, reviewed_by) REFERENCES convene.users (org_id, id),
    CONSTRAINT tier_override_requests_status_known CHECK (status IN ('pending', 'approved', 'rejected')),
    CONSTRAINT tier_override_requests_used_if_approved CHECK (used_at IS NULL OR status = 'approved'),
    CONSTRAINT tier_override_requests_reason_length CHECK (char_length(reason) BETWEEN 10 AND 2000)
);
COMMENT ON TABLE convene.tier_override_requests IS 'A mentee''s request to book a mentor beyond their tier, once (REST: exceptions)';
COMMENT ON COLUMN convene.tier_override_requests.org_id IS 'Tenant';
COMMENT ON COLUMN convene.tier_override_requests.id IS 'UUIDv7';
COMMENT ON COLUMN convene.tier_override_requests.mentee_id IS 'Who asks';
COMMENT ON COLUMN convene.tier_override_requests.mentor_id IS 'Whom they want to book';
COMMENT ON COLUMN convene.tier_override_requests.reason IS 'Why, 10 to 2,000 characters';
COMMENT ON COLUMN convene.tier_override_requests.status IS 'pending, approved or rejected';
COMMENT ON COLUMN convene.tier_override_requests.reviewed_by IS 'Coordinator or admin who decided; NULL when a job rejected it';
COMMENT ON COLUMN convene.tier_override_requests.reviewed_at IS 'When it was decided';
COMMENT ON COLUMN convene.tier_override_requests.review_notes IS 'What the reviewer said';
COMMENT ON COLUMN convene.tier_override_requests.expires_at IS 'A pending request is rejected then; an approval lapses then';
COMMENT ON COLUMN convene.tier_override_requests.used_at IS 'When a booking consumed the approval';
COMMENT ON COLUMN convene.tier_override_requests.created_at IS 'When it was asked';
CREATE UNIQUE INDEX tier_override_requests_one_pending ON convene.tier_override_requests (org_id, mentee_id, mentor_id) WHERE status = 'pending';
CREATE INDEX tier_override_requests_pair_idx ON convene.tier_override_requests (org_id, mentee_id, mentor_id, created_at);
CREATE INDEX tier_override_requests_list_idx ON convene.tier_override_requests (org_id, created_at, id);
CREATE INDEX tier_override_requests_mentor_idx ON convene.tier_override_requests (org_id, mentor_id);
CREATE INDEX tier_override_requests_reviewer_idx ON convene.tier_override_requests (org_id, reviewed_by) WHERE reviewed_by IS NOT NULL;
CREATE INDEX tier_override_requests_expiry_idx ON convene.tier_override_requests (expires_at) WHERE status = 'pending';
