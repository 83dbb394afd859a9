-- Event types: kinds of meetings that a host or a team offers besides office hours, at times that are computed from
-- schedules and never stored. Teams share them out among their members.

CREATE TABLE convene.schedules (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    name       text NOT NULL,
    time_zone  convene.iana_zone NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT schedules_name_key UNIQUE (org_id, user_id, name),
    -- So that an event type can refer to a schedule of its own host only.
    CONSTRAINT schedules_user_key UNIQUE (org_id, id, user_id),
    CONSTRAINT schedules_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT schedules_one_line CHECK (name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]')
);
COMMENT ON TABLE convene.schedules IS 'Named weekly hours in which a host can be booked. A host has one default schedule; an event type can use another';
COMMENT ON COLUMN convene.schedules.org_id IS 'Tenant';
COMMENT ON COLUMN convene.schedules.id IS 'UUIDv7';
COMMENT ON COLUMN convene.schedules.user_id IS 'Whose hours';
COMMENT ON COLUMN convene.schedules.name IS 'What the host calls it, 1 to 100 characters, unique for the host';
COMMENT ON COLUMN convene.schedules.time_zone IS 'IANA zone of its wall-clock times, and in which limits per day, week and month are counted';
COMMENT ON COLUMN convene.schedules.is_default IS 'Whether event types that name no schedule use it; one of a host''s schedules';
COMMENT ON COLUMN convene.schedules.created_at IS 'When the row was made';
COMMENT ON COLUMN convene.schedules.updated_at IS 'When the schedule, its rules or its overrides were last changed';
CREATE UNIQUE INDEX schedules_default_key ON convene.schedules (org_id, user_id) WHERE is_default;

CREATE TABLE convene.availability_rules (
    org_id      integer NOT NULL,
    schedule_id uuid NOT NULL,
    weekday     smallint NOT NULL,
    start_time  time NOT NULL,
    end_time    time NOT NULL,
    PRIMARY KEY (org_id, schedule_id, weekday, start_time),
    FOREIGN KEY (org_id, schedule_id) REFERENCES convene.schedules (org_id, id) ON DELETE CASCADE,
    CONSTRAINT availability_rules_weekday_range CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT availability_rules_times_order CHECK (end_time > start_time),
    CONSTRAINT availability_rules_whole_minutes CHECK (extract(second FROM start_time) = 0 AND extract(second FROM end_time) = 0)
);
COMMENT ON TABLE convene.availability_rules IS 'Windows of a schedule that come back every week. Windows that touch or overlap count as one';
COMMENT ON COLUMN convene.availability_rules.org_id IS 'Tenant';
COMMENT ON COLUMN convene.availability_rules.schedule_id IS 'The schedule';
COMMENT ON COLUMN convene.availability_rules.weekday IS 'ISO day of the week: 1 Monday to 7 Sunday';
COMMENT ON COLUMN convene.availability_rules.start_time IS 'Wall-clock start, whole minutes';
COMMENT ON COLUMN convene.availability_rules.end_time IS 'Wall-clock end, whole minutes; 24:00 meets the next day''s 00:00';

CREATE TABLE convene.availability_overrides (
    org_id      integer NOT NULL,
    schedule_id uuid NOT NULL,
    day         date NOT NULL,
    start_time  time NOT NULL DEFAULT '00:00',
    end_time    time NOT NULL DEFAULT '24:00',
    is_off      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, schedule_id, day, start_time),
    FOREIGN KEY (org_id, schedule_id) REFERENCES convene.schedules (org_id, id) ON DELETE CASCADE,
    CONSTRAINT availability_overrides_day_range CHECK (day BETWEEN '1970-01-01' AND '9998-12-31'),
    CONSTRAINT availability_overrides_times_order CHECK (end_time > start_time),
    CONSTRAINT availability_overrides_whole_minutes CHECK (extract(second FROM start_time) = 0 AND extract(second FROM end_time) = 0),
    CONSTRAINT availability_overrides_off_is_all_day CHECK (NOT is_off OR (start_time = '00:00' AND end_time = '24:00'))
);
COMMENT ON TABLE convene.availability_overrides IS 'Windows of a schedule on one date, in place of that date''s weekly ones; or that the date is off';
COMMENT ON COLUMN convene.availability_overrides.org_id IS 'Tenant';
COMMENT ON COLUMN convene.availability_overrides.schedule_id IS 'The schedule';
COMMENT ON COLUMN convene.availability_overrides.day IS 'The date, in the schedule''s zone';
COMMENT ON COLUMN convene.availability_overrides.start_time IS 'Wall-clock start, whole minutes';
COMMENT ON COLUMN convene.availability_overrides.end_time IS 'Wall-clock end, whole minutes; 24:00 is allowed';
COMMENT ON COLUMN convene.availability_overrides.is_off IS 'Whether nothing is offered on that date, whatever other rows say';

CREATE TABLE convene.travel_dates (
    org_id    integer NOT NULL,
    user_id   uuid NOT NULL,
    first_day date NOT NULL,
    last_day  date NOT NULL,
    time_zone convene.iana_zone NOT NULL,
    PRIMARY KEY (org_id, user_id, first_day),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT travel_dates_day_range CHECK (first_day >= '1970-01-01' AND last_day <= '9998-12-31'),
    CONSTRAINT travel_dates_days_order CHECK (last_day >= first_day),
    CONSTRAINT travel_dates_never_overlap
        EXCLUDE USING gist (org_id WITH =, user_id WITH =, daterange(first_day, last_day, '[]') WITH &&)
);
COMMENT ON TABLE convene.travel_dates IS 'Dates on which a host is in another zone: the hours of their schedules are then read in that one';
COMMENT ON COLUMN convene.travel_dates.org_id IS 'Tenant';
COMMENT ON COLUMN convene.travel_dates.user_id IS 'Who travels';
COMMENT ON COLUMN convene.travel_dates.first_day IS 'First date there';
COMMENT ON COLUMN convene.travel_dates.last_day IS 'Last date there, inclusive';
COMMENT ON COLUMN convene.travel_dates.time_zone IS 'IANA zone of those dates';

CREATE TABLE convene.teams (
    org_id     integer NOT NULL REFERENCES convene.organizations (id),
    id         uuid NOT NULL,
    slug       convene.citext NOT NULL,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    CONSTRAINT teams_slug_form CHECK (slug::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT teams_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
    CONSTRAINT teams_one_line CHECK (name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]')
);
COMMENT ON TABLE convene.teams IS 'People who host event types together';
COMMENT ON COLUMN convene.teams.org_id IS 'Tenant';
COMMENT ON COLUMN convene.teams.id IS 'UUIDv7';
COMMENT ON COLUMN convene.teams.slug IS 'Short name in the addresses of its pages, unique in the organization, also among its hosts (public_slugs)';
COMMENT ON COLUMN convene.teams.name IS 'Name for people, 1 to 200 characters';
COMMENT ON COLUMN convene.teams.created_at IS 'When the row was made';
COMMENT ON COLUMN convene.teams.updated_at IS 'When the row was last changed';
COMMENT ON COLUMN convene.teams.deleted_at IS 'When the team was removed; NULL while present';
-- Who passes a bound is told its comment.
COMMENT ON CONSTRAINT teams_slug_form ON convene.teams IS 'slug must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end';
COMMENT ON CONSTRAINT teams_name_length ON convene.teams IS 'name must be 1 to 200 characters';
COMMENT ON CONSTRAINT teams_one_line ON convene.teams IS 'name must be one line without control characters';
-- For lists.
CREATE INDEX teams_list_idx ON convene.teams (org_id, name, id) WHERE deleted_at IS NULL;

CREATE TABLE convene.public_slugs (
    org_id  integer NOT NULL,
    slug    convene.citext NOT NULL,
    user_id uuid,
    team_id uuid,
    PRIMARY KEY (org_id, slug),
    CONSTRAINT public_slugs_user_key UNIQUE (org_id, user_id),
    CONSTRAINT public_slugs_team_key UNIQUE (org_id, team_id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, team_id) REFERENCES convene.teams (org_id, id) ON DELETE CASCADE,
    CONSTRAINT public_slugs_one_owner CHECK (num_nonnulls(user_id, team_id) = 1)
);
COMMENT ON TABLE convene.public_slugs IS 'Whose page has which short name in its address: a host''s or a team''s, never both. Triggers of users and teams keep it, whatever wrote the row';
COMMENT ON COLUMN convene.public_slugs.org_id IS 'Tenant';
COMMENT ON COLUMN convene.public_slugs.slug IS 'The short name';
COMMENT ON COLUMN convene.public_slugs.user_id IS 'The host whose it is';
COMMENT ON COLUMN convene.public_slugs.team_id IS 'Or the team';

CREATE FUNCTION convene.keep_public_slug() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    is_team constant boolean := TG_TABLE_NAME = 'teams';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM convene.public_slugs s
        WHERE s.org_id = OLD.org_id AND CASE WHEN is_team THEN s.team_id = OLD.id ELSE s.user_id = OLD.id END;
    END IF;
    IF NEW.slug IS NOT NULL AND NEW.deleted_at IS NULL THEN
        INSERT INTO convene.public_slugs (org_id, slug, user_id, team_id)
        VALUES (NEW.org_id, NEW.slug, CASE WHEN NOT is_team THEN NEW.id END, CASE WHEN is_team THEN NEW.id END);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION convene.keep_public_slug() IS 'Trigger: a short name belongs to one host or team that is present';
CREATE TRIGGER users_slug_is_new AFTER INSERT ON convene.users
    FOR EACH ROW WHEN (NEW.slug IS NOT NULL) EXECUTE FUNCTION convene.keep_public_slug();
CREATE TRIGGER users_slug_changes AFTER UPDATE OF slug, deleted_at ON convene.users
    FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug OR (NEW.slug IS NOT NULL AND OLD.deleted_at IS DISTINCT FROM NEW.deleted_at))
    EXECUTE FUNCTION convene.keep_public_slug();
CREATE TRIGGER teams_slug_is_new AFTER INSERT ON convene.teams
    FOR EACH ROW EXECUTE FUNCTION convene.keep_public_slug();
CREATE TRIGGER teams_slug_changes AFTER UPDATE OF slug, deleted_at ON convene.teams
    FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
    EXECUTE FUNCTION convene.keep_public_slug();

CREATE TABLE convene.team_members (
    org_id    integer NOT NULL,
    team_id   uuid NOT NULL,
    user_id   uuid NOT NULL,
    role      text NOT NULL DEFAULT 'member',
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, team_id, user_id),
    FOREIGN KEY (org_id, team_id) REFERENCES convene.teams (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT team_members_role_known CHECK (role IN ('owner', 'member'))
);
COMMENT ON TABLE convene.team_members IS 'Who is in a team. Who leaves has no row; their past meetings stay theirs';
COMMENT ON COLUMN convene.team_members.org_id IS 'Tenant';
COMMENT ON COLUMN convene.team_members.team_id IS 'The team';
COMMENT ON COLUMN convene.team_members.user_id IS 'The member';
COMMENT ON COLUMN convene.team_members.role IS 'owner, who manages the team and its event types, or member';
COMMENT ON COLUMN convene.team_members.joined_at IS 'When they joined';
CREATE INDEX team_members_user_idx ON convene.team_members (org_id, user_id);

CREATE TABLE convene.event_types (
    org_id                 integer NOT NULL REFERENCES convene.organizations (id),
    id                     uuid NOT NULL,
    host_id                uuid,
    team_id                uuid,
    schedule_id            uuid,
    slug                   convene.citext NOT NULL,
    title                  text NOT NULL,
    description            text,
    color                  text NOT NULL DEFAULT '#3b5bdb',
    durations              integer[] NOT NULL DEFAULT '{30,15,45,60}',
    slot_interval_minutes  integer,
    buffer_before_minutes  integer NOT NULL DEFAULT 0,
    buffer_after_minutes   integer NOT NULL DEFAULT 0,
    minimum_notice_minutes integer NOT NULL DEFAULT 0,
    horizon_days           integer DEFAULT 60,
    bookable_from          date,
    bookable_until         date,
    limit_per_day          integer,
    limit_per_week         integer,
    limit_per_month        integer,
    minutes_per_day        integer,
    minutes_per_week       integer,
    minutes_per_month      integer,
    capacity               integer NOT NULL DEFAULT 1,
    meeting_type           text NOT NULL DEFAULT 'online',
    location_preset_id     uuid,
    location_custom        text,
    requires_confirmation  boolean NOT NULL DEFAULT false,
    questions              jsonb NOT NULL DEFAULT '[]',
    is_active              boolean NOT NULL DEFAULT true,
    is_private             boolean NOT NULL DEFAULT false,
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    deleted_at             timestamptz,
    PRIMARY KEY (org_id, id),
    -- Functions for everybody are given an event type's id alone.
    CONSTRAINT event_types_id_key UNIQUE (id),
    CONSTRAINT event_types_team_key UNIQUE (org_id, id, team_id),
    FOREIGN KEY (org_id, host_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, team_id) REFERENCES convene.teams (org_id, id),
    FOREIGN KEY (org_id, schedule_id, host_id) REFERENCES convene.schedules (org_id, id, user_id),
    FOREIGN KEY (org_id, location_preset_id) REFERENCES convene.location_presets (org_id, id),
    CONSTRAINT event_types_one_owner CHECK (num_nonnulls(host_id, team_id) = 1),
    CONSTRAINT event_types_teams_have_no_schedule CHECK (schedule_id IS NULL OR host_id IS NOT NULL),
    CONSTRAINT event_types_slug_form CHECK (slug::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT event_types_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT event_types_one_line CHECK (title !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'),
    CONSTRAINT event_types_description_length CHECK (char_length(description) <= 5000),
    CONSTRAINT event_types_color_form CHECK (color ~ '^#[0-9a-f]{6}$'),
    CONSTRAINT event_types_durations_range CHECK (
        cardinality(durations) BETWEEN 1 AND 10 AND 5 <= ALL (durations) AND 1440 >= ALL (durations)
        AND array_position(durations, NULL) IS NULL
    ),
    CONSTRAINT event_types_interval_range CHECK (slot_interval_minutes BETWEEN 5 AND 1440),
    CONSTRAINT event_types_buffer_range CHECK (buffer_before_minutes BETWEEN 0 AND 240 AND buffer_after_minutes BETWEEN 0 AND 240),
    CONSTRAINT event_types_notice_range CHECK (minimum_notice_minutes BETWEEN 0 AND 527040),
    CONSTRAINT event_types_one_horizon CHECK (
        (horizon_days IS NULL) = (bookable_until IS NOT NULL) AND (bookable_from IS NULL) = (bookable_until IS NULL)
    ),
    CONSTRAINT event_types_horizon_range CHECK (horizon_days BETWEEN 1 AND 730),
    CONSTRAINT event_types_dates_range CHECK (
        bookable_from >= '1970-01-01' AND bookable_until >= bookable_from AND bookable_until - bookable_from <= 730
    ),
    CONSTRAINT event_types_limits_range CHECK (
        limit_per_day BETWEEN 1 AND 1000 AND limit_per_week BETWEEN 1 AND 10000 AND limit_per_month BETWEEN 1 AND 100000
        AND minutes_per_day BETWEEN 5 AND 1440 AND minutes_per_week BETWEEN 5 AND 10080 AND minutes_per_month BETWEEN 5 AND 44640
    ),
    CONSTRAINT event_types_capacity_range CHECK (capacity BETWEEN 1 AND 1000),
    CONSTRAINT event_types_meeting_type_known CHECK (meeting_type IN ('online', 'in_person_preset', 'in_person_custom', 'phone', 'link')),
    CONSTRAINT event_types_location_fits CHECK (
        (meeting_type = 'in_person_preset') = (location_preset_id IS NOT NULL)
        AND CASE WHEN meeting_type IN ('in_person_custom', 'link') THEN location_custom IS NOT NULL
                 WHEN meeting_type = 'phone' THEN true ELSE location_custom IS NULL END
    ),
    CONSTRAINT event_types_location_length CHECK (char_length(location_custom) BETWEEN 1 AND 500),
    CONSTRAINT event_types_questions_are_a_list CHECK (jsonb_typeof(questions) = 'array')
);
COMMENT ON TABLE convene.event_types IS 'Kinds of meetings that a host or a team offers besides office hours. Their free times are computed, not stored';
COMMENT ON COLUMN convene.event_types.org_id IS 'Tenant';
COMMENT ON COLUMN convene.event_types.id IS 'UUIDv7';
COMMENT ON COLUMN convene.event_types.host_id IS 'Who hosts the meetings; NULL for a team''s';
COMMENT ON COLUMN convene.event_types.team_id IS 'The team whose members host them; NULL for a single host''s';
COMMENT ON COLUMN convene.event_types.schedule_id IS 'The host''s schedule with its hours; NULL uses the default one. Members of a team use their default ones';
COMMENT ON COLUMN convene.event_types.slug IS 'Short name in addresses of pages, unique for the host or team';
COMMENT ON COLUMN convene.event_types.title IS 'What it is called, 1 to 200 characters';
COMMENT ON COLUMN convene.event_types.description IS 'What it is about, at most 5,000 characters';
COMMENT ON COLUMN convene.event_types.color IS 'Color on pages and calendars, as #rrggbb';
COMMENT ON COLUMN convene.event_types.durations IS 'Lengths that can be booked, in minutes, 5 to 1,440, at most 10; the first is the one offered unless another is asked for';
COMMENT ON COLUMN convene.event_types.slot_interval_minutes IS 'Minutes from one offered start to the next, 5 to 1,440; NULL: as long as the meeting';
COMMENT ON COLUMN convene.event_types.buffer_before_minutes IS 'Real minutes before a meeting that it also takes of its hosts, 0 to 240';
COMMENT ON COLUMN convene.event_types.buffer_after_minutes IS 'Real minutes after it, 0 to 240';
COMMENT ON COLUMN convene.event_types.minimum_notice_minutes IS 'A time is bookable until this many minutes before its start';
COMMENT ON COLUMN convene.event_types.horizon_days IS 'Days ahead that can be booked, today included, 1 to 730; NULL: between two dates';
COMMENT ON COLUMN convene.event_types.bookable_from IS 'First date that can be booked, in the host''s zone; with bookable_until, in place of horizon_days';
COMMENT ON COLUMN convene.event_types.bookable_until IS 'Last date that can be booked, inclusive';
COMMENT ON COLUMN convene.event_types.limit_per_day IS 'Most of these meetings that start on one date, for each host and in the host''s zone; NULL is unlimited';
COMMENT ON COLUMN convene.event_types.limit_per_week IS 'The same for one ISO week';
COMMENT ON COLUMN convene.event_types.limit_per_month IS 'The same for one calendar month';
COMMENT ON COLUMN convene.event_types.minutes_per_day IS 'Most minutes of these meetings that start on one date, without buffers; NULL is unlimited';
COMMENT ON COLUMN convene.event_types.minutes_per_week IS 'The same for one ISO week';
COMMENT ON COLUMN convene.event_types.minutes_per_month IS 'The same for one calendar month';
COMMENT ON COLUMN convene.event_types.capacity IS 'Seats of one meeting, 1 to 1,000';
COMMENT ON COLUMN convene.event_types.meeting_type IS 'online (a conference link is made), in_person_preset, in_person_custom, phone, or link (an address of the host''s own)';
COMMENT ON COLUMN convene.event_types.location_preset_id IS 'The place, for in_person_preset';
COMMENT ON COLUMN convene.event_types.location_custom IS 'The place for in_person_custom, the address for link, the number to call for phone; 1 to 500 characters';
COMMENT ON COLUMN convene.event_types.requires_confirmation IS 'Whether the host confirms each request';
COMMENT ON COLUMN convene.event_types.questions IS 'What attendees are asked: a list of questions (docs/event-types.md)';
COMMENT ON COLUMN convene.event_types.is_active IS 'Whether it can be booked';
COMMENT ON COLUMN convene.event_types.is_private IS 'Whether guests need a private link, and pages do not list it';
COMMENT ON COLUMN convene.event_types.created_at IS 'When the row was made';
COMMENT ON COLUMN convene.event_types.updated_at IS 'When the row was last changed';
COMMENT ON COLUMN convene.event_types.deleted_at IS 'When it was removed; NULL while present. Its bookings stay';
CREATE UNIQUE INDEX event_types_host_slug_key ON convene.event_types (org_id, host_id, slug) WHERE deleted_at IS NULL AND host_id IS NOT NULL;
CREATE UNIQUE INDEX event_types_team_slug_key ON convene.event_types (org_id, team_id, slug) WHERE deleted_at IS NULL AND team_id IS NOT NULL;
CREATE INDEX event_types_host_idx ON convene.event_types (org_id, host_id) WHERE host_id IS NOT NULL;
CREATE INDEX event_types_team_idx ON convene.event_types (org_id, team_id) WHERE team_id IS NOT NULL;
CREATE INDEX event_types_schedule_idx ON convene.event_types (org_id, schedule_id, host_id) WHERE schedule_id IS NOT NULL;
CREATE INDEX event_types_preset_idx ON convene.event_types (org_id, location_preset_id) WHERE location_preset_id IS NOT NULL;

CREATE TABLE convene.event_type_links (
    org_id        integer NOT NULL,
    id            uuid NOT NULL,
    event_type_id uuid NOT NULL,
    token_hash    bytea NOT NULL,
    expires_at    timestamptz,
    uses_most     integer,
    uses          integer NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types (org_id, id) ON DELETE CASCADE,
    CONSTRAINT event_type_links_token_key UNIQUE (token_hash),
    CONSTRAINT event_type_links_token_is_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT event_type_links_uses_range CHECK (uses_most BETWEEN 1 AND 100000 AND uses >= 0 AND uses <= uses_most)
);
COMMENT ON TABLE convene.event_type_links IS 'Private links: whoever has one may book the event type, private or not';
COMMENT ON COLUMN convene.event_type_links.org_id IS 'Tenant';
COMMENT ON COLUMN convene.event_type_links.id IS 'UUIDv7';
COMMENT ON COLUMN convene.event_type_links.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.event_type_links.token_hash IS 'SHA-256 of the token in the link';
COMMENT ON COLUMN convene.event_type_links.expires_at IS 'When it stops working; NULL never';
COMMENT ON COLUMN convene.event_type_links.uses_most IS 'How many bookings can be made with it, 1 to 100,000; NULL is unlimited';
COMMENT ON COLUMN convene.event_type_links.uses IS 'How many were';
COMMENT ON COLUMN convene.event_type_links.created_at IS 'When it was made';
COMMENT ON COLUMN convene.event_type_links.revoked_at IS 'When it was taken back; NULL while it works';
CREATE INDEX event_type_links_event_type_idx ON convene.event_type_links (org_id, event_type_id);

CREATE TABLE convene.team_event_types (
    org_id        integer NOT NULL,
    event_type_id uuid NOT NULL,
    team_id       uuid NOT NULL,
    mode          text NOT NULL,
    PRIMARY KEY (org_id, event_type_id),
    FOREIGN KEY (org_id, event_type_id, team_id) REFERENCES convene.event_types (org_id, id, team_id) ON DELETE CASCADE,
    CONSTRAINT team_event_types_team_key UNIQUE (org_id, event_type_id, team_id),
    CONSTRAINT team_event_types_mode_known CHECK (mode IN ('round_robin', 'collective'))
);
COMMENT ON TABLE convene.team_event_types IS 'How a team shares an event type out. Whoever assigns a meeting locks the row: meetings of one event type are assigned one after the other, so that turns are fair';
COMMENT ON COLUMN convene.team_event_types.org_id IS 'Tenant';
COMMENT ON COLUMN convene.team_event_types.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.team_event_types.team_id IS 'Its team';
COMMENT ON COLUMN convene.team_event_types.mode IS 'round_robin: one member hosts each meeting, in turn; collective: all required members host it';

CREATE TABLE convene.team_event_type_members (
    org_id           integer NOT NULL,
    event_type_id    uuid NOT NULL,
    user_id          uuid NOT NULL,
    team_id          uuid NOT NULL,
    is_required      boolean NOT NULL DEFAULT true,
    priority         integer NOT NULL DEFAULT 0,
    weight           integer NOT NULL DEFAULT 100,
    limit_per_day    integer,
    limit_per_week   integer,
    turns            double precision NOT NULL DEFAULT 0,
    last_assigned_at timestamptz,
    PRIMARY KEY (org_id, event_type_id, user_id),
    FOREIGN KEY (org_id, event_type_id, team_id) REFERENCES convene.team_event_types (org_id, event_type_id, team_id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, team_id, user_id) REFERENCES convene.team_members (org_id, team_id, user_id) ON DELETE CASCADE,
    CONSTRAINT team_event_type_members_priority_range CHECK (priority BETWEEN 0 AND 100),
    CONSTRAINT team_event_type_members_weight_range CHECK (weight BETWEEN 1 AND 1000),
    CONSTRAINT team_event_type_members_limits_range CHECK (limit_per_day BETWEEN 1 AND 1000 AND limit_per_week BETWEEN 1 AND 10000),
    CONSTRAINT team_event_type_members_turns_range CHECK (turns BETWEEN 0 AND 1e15)
);
COMMENT ON TABLE convene.team_event_type_members IS 'Members of a team who host an event type, and how often each had their turn: the rotation''s cursor (docs/event-types.md)';
COMMENT ON COLUMN convene.team_event_type_members.org_id IS 'Tenant';
COMMENT ON COLUMN convene.team_event_type_members.event_type_id IS 'The event type';
COMMENT ON COLUMN convene.team_event_type_members.user_id IS 'The member';
COMMENT ON COLUMN convene.team_event_type_members.team_id IS 'The team';
COMMENT ON COLUMN convene.team_event_type_members.is_required IS 'collective: whether a meeting needs them; others host it where they are free';
COMMENT ON COLUMN convene.team_event_type_members.priority IS 'round_robin: of those who are free, the ones with the highest take turns, 0 to 100';
COMMENT ON COLUMN convene.team_event_type_members.weight IS 'round_robin: their share of the meetings beside the others'' weights, 1 to 1,000';
COMMENT ON COLUMN convene.team_event_type_members.limit_per_day IS 'Most meetings of this event type that they host on a date of their zone; NULL: as the event type says';
COMMENT ON COLUMN convene.team_event_type_members.limit_per_week IS 'The same for one ISO week';
COMMENT ON COLUMN convene.team_event_type_members.turns IS 'How often they were assigned; a meeting that did not take place is taken off. Whoever joins begins where the others are';
COMMENT ON COLUMN convene.team_event_type_members.last_assigned_at IS 'When they were last assigned; NULL never';
CREATE INDEX team_event_type_members_shared_idx ON convene.team_event_type_members (org_id, event_type_id, team_id);
CREATE INDEX team_event_type_members_member_idx ON convene.team_event_type_members (org_id, team_id, user_id);
