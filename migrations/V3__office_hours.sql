-- Availability blocks, days off, and the slots cut from them.

CREATE TABLE convene.location_presets (
    org_id     integer NOT NULL REFERENCES convene.organizations (id),
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    slug       convene.citext NOT NULL,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    CONSTRAINT location_presets_slug_key UNIQUE (org_id, slug)
);
COMMENT ON TABLE convene.location_presets IS 'Places an organization offers for meetings in person';
COMMENT ON COLUMN convene.location_presets.org_id IS 'Tenant';
COMMENT ON COLUMN convene.location_presets.id IS 'UUIDv7';
COMMENT ON COLUMN convene.location_presets.slug IS 'Short name, unique in the organization';
COMMENT ON COLUMN convene.location_presets.name IS 'The place as people read it';
COMMENT ON COLUMN convene.location_presets.created_at IS 'When the row was made';

CREATE TABLE convene.availability_blocks (
    org_id                integer NOT NULL,
    id                    uuid NOT NULL DEFAULT gen_random_uuid(),
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
-- generate_slot_instances is given a block's id alone.
CREATE INDEX availability_blocks_id_idx ON convene.availability_blocks (id);

CREATE TABLE convene.blackout_dates (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    mentor_id  uuid NOT NULL,
    day        date NOT NULL,
    reason     text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT blackout_dates_day_key UNIQUE (org_id, mentor_id, day)
);
COMMENT ON TABLE convene.blackout_dates IS 'Days off: windows that start on such a day yield no slots';
COMMENT ON COLUMN convene.blackout_dates.org_id IS 'Tenant';
COMMENT ON COLUMN convene.blackout_dates.id IS 'UUIDv7';
COMMENT ON COLUMN convene.blackout_dates.mentor_id IS 'Whose day off';
COMMENT ON COLUMN convene.blackout_dates.day IS 'The day, in each block''s own zone';
COMMENT ON COLUMN convene.blackout_dates.reason IS 'Why, for the mentor''s own use';
COMMENT ON COLUMN convene.blackout_dates.created_at IS 'When the row was made';

CREATE TABLE convene.time_slots (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
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
    CONSTRAINT time_slots_block_start_key UNIQUE (org_id, block_id, start_time),
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
