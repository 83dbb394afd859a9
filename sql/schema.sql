-- The schema that migrations/ make, and the views of sql/views/, for reading. Nothing runs this file.
-- Written by `make docs`.

CREATE DOMAIN convene.iana_zone AS text
    CONSTRAINT iana_zone_is_known CHECK (((((VALUE ~ '^[A-Za-z][A-Za-z_-]*(/[A-Za-z0-9_+-]+)+$'::text) AND (VALUE !~* '^(posix|right)/|^etc/unknown$'::text)) OR (lower(VALUE) = ANY (ARRAY['cuba'::text, 'egypt'::text, 'eire'::text, 'est'::text, 'gb'::text, 'gb-eire'::text, 'gmt'::text, 'greenwich'::text, 'hongkong'::text, 'hst'::text, 'iceland'::text, 'iran'::text, 'israel'::text, 'jamaica'::text, 'japan'::text, 'kwajalein'::text, 'libya'::text, 'mst'::text, 'navajo'::text, 'nz'::text, 'nz-chat'::text, 'poland'::text, 'portugal'::text, 'prc'::text, 'roc'::text, 'rok'::text, 'singapore'::text, 'turkey'::text, 'uct'::text, 'universal'::text, 'utc'::text, 'w-su'::text, 'zulu'::text]))) AND (('1970-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE VALUE) IS NOT NULL)));

CREATE TABLE convene.airtable_records (
    org_id integer NOT NULL,
    record_id text NOT NULL,
    as_of timestamp with time zone NOT NULL,
    digest bytea,
    listing integer,
    CONSTRAINT airtable_records_pkey PRIMARY KEY (org_id, record_id),
    CONSTRAINT airtable_records_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id) ON DELETE CASCADE
);

CREATE TABLE convene.airtable_sources (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    base_id text NOT NULL,
    table_name text NOT NULL,
    status text NOT NULL DEFAULT 'active'::text,
    key_id text NOT NULL,
    secrets bytea NOT NULL,
    webhook_id text,
    webhook_url text,
    webhook_key_id text,
    webhook_secret bytea,
    webhook_expires_at timestamp with time zone,
    pinged_at timestamp with time zone,
    misses_pings boolean NOT NULL DEFAULT false,
    cursor bigint NOT NULL DEFAULT 1,
    needs_listing boolean NOT NULL DEFAULT true,
    listing integer NOT NULL DEFAULT 0,
    listing_began_at timestamp with time zone,
    listing_offset text,
    listed_at timestamp with time zone,
    synced_at timestamp with time zone,
    report jsonb NOT NULL DEFAULT '{}'::jsonb,
    last_error text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT airtable_sources_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT airtable_sources_one_each UNIQUE (org_id),
    CONSTRAINT airtable_sources_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id) ON DELETE CASCADE,
    CONSTRAINT airtable_sources_status_known CHECK ((status = ANY (ARRAY['active'::text, 'broken'::text]))),
    CONSTRAINT airtable_sources_webhook_whole CHECK ((((webhook_id IS NULL) = (webhook_secret IS NULL)) AND ((webhook_secret IS NULL) = (webhook_key_id IS NULL))))
);
CREATE INDEX airtable_sources_base_idx ON convene.airtable_sources USING btree (base_id);
CREATE INDEX airtable_sources_id_idx ON convene.airtable_sources USING btree (id);

CREATE TABLE convene.analytics_funnel_days (
    org_id integer NOT NULL,
    day date NOT NULL,
    event_type_id uuid NOT NULL,
    page_views bigint NOT NULL DEFAULT 0,
    slot_selections bigint NOT NULL DEFAULT 0,
    bookings_confirmed bigint NOT NULL DEFAULT 0,
    CONSTRAINT analytics_funnel_days_pkey PRIMARY KEY (org_id, day, event_type_id),
    CONSTRAINT analytics_funnel_days_org_id_event_type_id_fkey FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types(org_id, id)
) WITH (fillfactor=80);
CREATE INDEX analytics_funnel_days_event_type_idx ON convene.analytics_funnel_days USING btree (org_id, event_type_id, day);

CREATE TABLE convene.analytics_funnel_events (
    org_id integer NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    event_type_id uuid NOT NULL,
    team_id uuid,
    booking_id uuid,
    stage text NOT NULL,
    visit_hash bytea,
    occurred_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT analytics_funnel_events_pkey PRIMARY KEY (org_id, seq),
    CONSTRAINT analytics_funnel_events_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT analytics_funnel_events_booking_is_confirmed CHECK (((stage = 'booking_confirmed'::text) = (booking_id IS NOT NULL))),
    CONSTRAINT analytics_funnel_events_stage_known CHECK ((stage = ANY (ARRAY['page_view'::text, 'slot_selection'::text, 'booking_confirmed'::text]))),
    CONSTRAINT analytics_funnel_events_visit_is_hash CHECK ((octet_length(visit_hash) = 32)),
    CONSTRAINT analytics_funnel_events_visit_is_no_booking CHECK ((num_nonnulls(visit_hash, booking_id) <= 1))
);
CREATE INDEX analytics_funnel_events_age_idx ON convene.analytics_funnel_events USING btree (occurred_at);
CREATE INDEX analytics_funnel_events_booking_idx ON convene.analytics_funnel_events USING btree (org_id, booking_id) WHERE (booking_id IS NOT NULL);
CREATE UNIQUE INDEX analytics_funnel_events_visit_key ON convene.analytics_funnel_events USING btree (org_id, event_type_id, visit_hash, stage) WHERE (visit_hash IS NOT NULL);

CREATE TABLE convene.analytics_funnel_pending (
    org_id integer NOT NULL,
    seq bigint NOT NULL,
    day date NOT NULL,
    event_type_id uuid NOT NULL,
    stage text NOT NULL,
    CONSTRAINT analytics_funnel_pending_pkey PRIMARY KEY (org_id, seq)
) WITH (autovacuum_vacuum_threshold=1000, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_cost_delay=0, autovacuum_analyze_threshold=5000, autovacuum_analyze_scale_factor=0.05);

CREATE TABLE convene.api_keys (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT api_keys_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_keys_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT api_keys_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT api_keys_one_line CHECK ((name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT api_keys_prefix_length CHECK (((char_length(prefix) >= 8) AND (char_length(prefix) <= 16))),
    CONSTRAINT api_keys_scopes_given CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50))),
    CONSTRAINT api_keys_token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX api_keys_user_idx ON convene.api_keys USING btree (org_id, user_id);

CREATE TABLE convene.audit_log (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text,
    details jsonb NOT NULL DEFAULT '{}'::jsonb,
    occurred_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT audit_log_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT audit_log_org_id_actor_id_fkey FOREIGN KEY (org_id, actor_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT audit_log_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id)
);
CREATE INDEX audit_log_action_idx ON convene.audit_log USING btree (org_id, action, occurred_at, id);
CREATE INDEX audit_log_actor_idx ON convene.audit_log USING btree (org_id, actor_id, occurred_at, id);
CREATE INDEX audit_log_time_idx ON convene.audit_log USING btree (org_id, occurred_at, id);

CREATE TABLE convene.availability_blocks (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    mentor_id uuid NOT NULL,
    recurrence text NOT NULL,
    start_date date NOT NULL,
    until_date date,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    ends_next_day boolean NOT NULL DEFAULT false,
    time_zone convene.iana_zone NOT NULL,
    slot_minutes integer NOT NULL,
    buffer_minutes integer NOT NULL DEFAULT 0,
    meeting_type text NOT NULL DEFAULT 'online'::text,
    location_preset_id uuid,
    location_custom text,
    requires_confirmation boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    generated_until date,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT availability_blocks_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT availability_blocks_id_key UNIQUE (id),
    CONSTRAINT availability_blocks_org_id_location_preset_id_fkey FOREIGN KEY (org_id, location_preset_id) REFERENCES convene.location_presets(org_id, id),
    CONSTRAINT availability_blocks_org_id_mentor_id_fkey FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT availability_blocks_buffer_range CHECK (((buffer_minutes >= 0) AND (buffer_minutes <= 240))),
    CONSTRAINT availability_blocks_dates_order CHECK ((until_date >= start_date)),
    CONSTRAINT availability_blocks_dates_range CHECK ((((start_date >= '1970-01-01'::date) AND (start_date <= '9998-12-31'::date)) AND (until_date <= '9998-12-31'::date))),
    CONSTRAINT availability_blocks_location_fits CHECK ((((meeting_type = 'in_person_preset'::text) = (location_preset_id IS NOT NULL)) AND ((meeting_type = 'in_person_custom'::text) = (location_custom IS NOT NULL)))),
    CONSTRAINT availability_blocks_meeting_type_known CHECK ((meeting_type = ANY (ARRAY['online'::text, 'in_person_preset'::text, 'in_person_custom'::text]))),
    CONSTRAINT availability_blocks_recurrence_known CHECK ((recurrence = ANY (ARRAY['one_time'::text, 'weekly'::text, 'monthly'::text, 'quarterly'::text]))),
    CONSTRAINT availability_blocks_slot_range CHECK (((slot_minutes >= 5) AND (slot_minutes <= 480))),
    CONSTRAINT availability_blocks_whole_minutes CHECK (((EXTRACT(second FROM start_time) = (0)::numeric) AND (EXTRACT(second FROM end_time) = (0)::numeric))),
    CONSTRAINT availability_blocks_window_order CHECK (
CASE
    WHEN ends_next_day THEN (end_time <= start_time)
    ELSE (end_time > start_time)
END)
);
CREATE INDEX availability_blocks_mentor_idx ON convene.availability_blocks USING btree (org_id, mentor_id);
CREATE INDEX availability_blocks_preset_idx ON convene.availability_blocks USING btree (org_id, location_preset_id) WHERE (location_preset_id IS NOT NULL);

CREATE TABLE convene.availability_overrides (
    org_id integer NOT NULL,
    schedule_id uuid NOT NULL,
    day date NOT NULL,
    start_time time without time zone NOT NULL DEFAULT '00:00:00'::time without time zone,
    end_time time without time zone NOT NULL DEFAULT '24:00:00'::time without time zone,
    is_off boolean NOT NULL DEFAULT false,
    CONSTRAINT availability_overrides_pkey PRIMARY KEY (org_id, schedule_id, day, start_time),
    CONSTRAINT availability_overrides_org_id_schedule_id_fkey FOREIGN KEY (org_id, schedule_id) REFERENCES convene.schedules(org_id, id) ON DELETE CASCADE,
    CONSTRAINT availability_overrides_day_range CHECK (((day >= '1970-01-01'::date) AND (day <= '9998-12-31'::date))),
    CONSTRAINT availability_overrides_off_is_all_day CHECK (((NOT is_off) OR ((start_time = '00:00:00'::time without time zone) AND (end_time = '24:00:00'::time without time zone)))),
    CONSTRAINT availability_overrides_times_order CHECK ((end_time > start_time)),
    CONSTRAINT availability_overrides_whole_minutes CHECK (((EXTRACT(second FROM start_time) = (0)::numeric) AND (EXTRACT(second FROM end_time) = (0)::numeric)))
);

CREATE TABLE convene.availability_rules (
    org_id integer NOT NULL,
    schedule_id uuid NOT NULL,
    weekday smallint NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    CONSTRAINT availability_rules_pkey PRIMARY KEY (org_id, schedule_id, weekday, start_time),
    CONSTRAINT availability_rules_org_id_schedule_id_fkey FOREIGN KEY (org_id, schedule_id) REFERENCES convene.schedules(org_id, id) ON DELETE CASCADE,
    CONSTRAINT availability_rules_times_order CHECK ((end_time > start_time)),
    CONSTRAINT availability_rules_weekday_range CHECK (((weekday >= 1) AND (weekday <= 7))),
    CONSTRAINT availability_rules_whole_minutes CHECK (((EXTRACT(second FROM start_time) = (0)::numeric) AND (EXTRACT(second FROM end_time) = (0)::numeric)))
);

CREATE TABLE convene.blackout_dates (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    mentor_id uuid NOT NULL,
    day date NOT NULL,
    reason text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT blackout_dates_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT blackout_dates_day_key UNIQUE (org_id, mentor_id, day),
    CONSTRAINT blackout_dates_org_id_mentor_id_fkey FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE
);

CREATE TABLE convene.booking_action_tokens (
    org_id integer NOT NULL,
    token_hash bytea NOT NULL,
    booking_id uuid NOT NULL,
    guest_id uuid,
    purpose text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    replaced_at timestamp with time zone,
    CONSTRAINT booking_action_tokens_pkey PRIMARY KEY (org_id, token_hash),
    CONSTRAINT booking_action_tokens_token_key UNIQUE (token_hash),
    CONSTRAINT booking_action_tokens_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_action_tokens_org_id_guest_id_fkey FOREIGN KEY (org_id, guest_id) REFERENCES convene.booking_guests(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_action_tokens_hold_is_nobodys CHECK (((purpose = 'finalize'::text) = (guest_id IS NULL))),
    CONSTRAINT booking_action_tokens_purpose_known CHECK ((purpose = ANY (ARRAY['view'::text, 'cancel'::text, 'reschedule'::text, 'erase'::text, 'finalize'::text]))),
    CONSTRAINT booking_action_tokens_token_is_hash CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX booking_action_tokens_booking_idx ON convene.booking_action_tokens USING btree (org_id, booking_id);
CREATE INDEX booking_action_tokens_expiry_idx ON convene.booking_action_tokens USING btree (expires_at);
CREATE INDEX booking_action_tokens_guest_idx ON convene.booking_action_tokens USING btree (org_id, guest_id) WHERE (guest_id IS NOT NULL);
CREATE UNIQUE INDEX booking_action_tokens_purpose_key ON convene.booking_action_tokens USING btree (org_id, booking_id, guest_id, purpose) WHERE (replaced_at IS NULL);
CREATE INDEX booking_action_tokens_replaced_idx ON convene.booking_action_tokens USING btree (replaced_at) WHERE (replaced_at IS NOT NULL);

CREATE TABLE convene.booking_events (
    org_id integer NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    booking_id uuid NOT NULL,
    event text NOT NULL,
    actor_id uuid,
    actor_guest_id uuid,
    acted_as text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    start_time timestamp with time zone NOT NULL,
    end_time timestamp with time zone NOT NULL,
    meeting_type text NOT NULL,
    location text,
    conference_url text,
    hosts uuid[] NOT NULL,
    attendees uuid[] NOT NULL,
    guests uuid[] NOT NULL DEFAULT '{}'::uuid[],
    words text,
    facts jsonb NOT NULL DEFAULT '{}'::jsonb,
    occurred_at timestamp with time zone NOT NULL DEFAULT now(),
    dispatched_at timestamp with time zone,
    CONSTRAINT booking_events_pkey PRIMARY KEY (org_id, seq),
    CONSTRAINT booking_events_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_events_acted_as_known CHECK ((acted_as = ANY (ARRAY['host'::text, 'attendee'::text, 'staff'::text, 'system'::text]))),
    CONSTRAINT booking_events_event_known CHECK ((event = ANY (ARRAY['created'::text, 'held'::text, 'finalized'::text, 'confirmed'::text, 'declined'::text, 'canceled'::text, 'rescheduled'::text, 'reassigned'::text, 'joined'::text, 'left'::text, 'link_changed'::text, 'completed'::text, 'no_show'::text, 'no_show_disputed'::text, 'no_show_corrected'::text, 'expired'::text, 'rated'::text]))),
    CONSTRAINT booking_events_one_actor CHECK ((num_nonnulls(actor_id, actor_guest_id) <= 1)),
    CONSTRAINT booking_events_system_is_nobody CHECK (((acted_as <> 'system'::text) OR (num_nonnulls(actor_id, actor_guest_id) = 0)))
);
CREATE INDEX booking_events_actor_idx ON convene.booking_events USING btree (org_id, actor_id, occurred_at, seq) WHERE (acted_as = 'staff'::text);
CREATE INDEX booking_events_booking_idx ON convene.booking_events USING btree (org_id, booking_id, seq);
CREATE INDEX booking_events_held_idx ON convene.booking_events USING btree (org_id, occurred_at, booking_id) WHERE (event = 'held'::text);
CREATE INDEX booking_events_kind_idx ON convene.booking_events USING btree (org_id, event, occurred_at, seq) WHERE (acted_as = 'staff'::text);
CREATE INDEX booking_events_owed_idx ON convene.booking_events USING btree (seq) WHERE (dispatched_at IS NULL);
CREATE INDEX booking_events_staff_idx ON convene.booking_events USING btree (org_id, occurred_at, seq) WHERE (acted_as = 'staff'::text);

CREATE TABLE convene.booking_external_events (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    booking_id uuid NOT NULL,
    user_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    operation text NOT NULL,
    generation integer NOT NULL DEFAULT 1,
    incarnation integer NOT NULL DEFAULT 1,
    begun boolean NOT NULL DEFAULT false,
    hosts_conference boolean NOT NULL DEFAULT false,
    wanted tstzrange NOT NULL,
    status text NOT NULL DEFAULT 'pending'::text,
    calendar_id text,
    event_id text,
    event_url text,
    written tstzrange,
    written_generation integer NOT NULL DEFAULT 0,
    conference text NOT NULL DEFAULT 'none'::text,
    owner_change text,
    owner_moved_to tstzrange,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT booking_external_events_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT booking_external_events_one_each UNIQUE (org_id, booking_id, user_id),
    CONSTRAINT booking_external_events_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_external_events_org_id_connection_id_fkey FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_external_events_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_external_events_conference_known CHECK ((conference = ANY (ARRAY['none'::text, 'pending'::text, 'ready'::text, 'failed'::text]))),
    CONSTRAINT booking_external_events_operation_known CHECK ((operation = ANY (ARRAY['create'::text, 'reschedule'::text, 'cancel'::text]))),
    CONSTRAINT booking_external_events_owner_change_known CHECK ((owner_change = ANY (ARRAY['deleted'::text, 'moved'::text]))),
    CONSTRAINT booking_external_events_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'done'::text])))
);
CREATE INDEX booking_external_events_connection_idx ON convene.booking_external_events USING btree (org_id, connection_id, event_id);
CREATE INDEX booking_external_events_pending_idx ON convene.booking_external_events USING btree (org_id, connection_id) WHERE (status = 'pending'::text);
CREATE INDEX booking_external_events_user_idx ON convene.booking_external_events USING btree (org_id, user_id, id);

CREATE TABLE convene.booking_guests (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    booking_id uuid NOT NULL,
    key_id text,
    contact bytea,
    email_index bytea,
    time_zone convene.iana_zone NOT NULL DEFAULT 'UTC'::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    erased_at timestamp with time zone,
    CONSTRAINT booking_guests_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT booking_guests_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT booking_guests_index_is_hmac CHECK ((octet_length(email_index) = 32)),
    CONSTRAINT booking_guests_known_unless_erased CHECK ((num_nonnulls(key_id, contact, email_index) =
CASE
    WHEN (erased_at IS NULL) THEN 3
    ELSE 0
END))
);
CREATE INDEX booking_guests_booking_idx ON convene.booking_guests USING btree (org_id, booking_id);
CREATE INDEX booking_guests_email_idx ON convene.booking_guests USING btree (org_id, email_index) WHERE (email_index IS NOT NULL);
CREATE INDEX booking_guests_kept_idx ON convene.booking_guests USING btree (org_id, created_at) WHERE (erased_at IS NULL);

CREATE TABLE convene.booking_participants (
    org_id integer NOT NULL,
    booking_id uuid NOT NULL,
    position integer NOT NULL,
    role text NOT NULL,
    user_id uuid,
    guest_id uuid,
    status text NOT NULL DEFAULT 'active'::text,
    seat integer,
    meeting_goal text,
    materials_urls text[] NOT NULL DEFAULT '{}'::text[],
    answers jsonb NOT NULL DEFAULT '{}'::jsonb,
    start_time timestamp with time zone NOT NULL,
    blocked tstzrange NOT NULL,
    active boolean NOT NULL DEFAULT true,
    lapses_at timestamp with time zone,
    absence_claimed_by uuid,
    absence_disputed_at timestamp with time zone,
    CONSTRAINT booking_participants_pkey PRIMARY KEY (org_id, booking_id, "position"),
    CONSTRAINT booking_participants_never_overlap EXCLUDE USING gist (org_id WITH =, user_id WITH =, blocked WITH &&) WHERE (active),
    CONSTRAINT booking_participants_org_id_absence_claimed_by_fkey FOREIGN KEY (org_id, absence_claimed_by) REFERENCES convene.users(org_id, id),
    CONSTRAINT booking_participants_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_participants_org_id_guest_id_fkey FOREIGN KEY (org_id, guest_id) REFERENCES convene.booking_guests(org_id, id),
    CONSTRAINT booking_participants_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT booking_participants_absence_disputed CHECK (((absence_disputed_at IS NULL) OR (status = 'absent'::text))),
    CONSTRAINT booking_participants_absence_is_claimed CHECK (((status = 'absent'::text) = (absence_claimed_by IS NOT NULL))),
    CONSTRAINT booking_participants_active_takes_part CHECK (((NOT active) OR (status = ANY (ARRAY['active'::text, 'absent'::text])))),
    CONSTRAINT booking_participants_attendee_is_seated CHECK (((role = 'host'::text) OR (seat IS NOT NULL) OR (status = ANY (ARRAY['waitlisted'::text, 'left'::text])))),
    CONSTRAINT booking_participants_blocked_bounded CHECK (((NOT isempty(blocked)) AND (NOT lower_inf(blocked)) AND (NOT upper_inf(blocked)))),
    CONSTRAINT booking_participants_one_person CHECK ((num_nonnulls(user_id, guest_id) = 1)),
    CONSTRAINT booking_participants_position_range CHECK (("position" >= 1)),
    CONSTRAINT booking_participants_role_known CHECK ((role = ANY (ARRAY['host'::text, 'attendee'::text]))),
    CONSTRAINT booking_participants_seat_fits CHECK (((seat >= 1) AND ((seat IS NULL) OR (role = 'attendee'::text)))),
    CONSTRAINT booking_participants_status_known CHECK ((status = ANY (ARRAY['active'::text, 'waitlisted'::text, 'left'::text, 'absent'::text])))
);
CREATE INDEX booking_participants_absence_idx ON convene.booking_participants USING btree (org_id, absence_claimed_by) WHERE (absence_claimed_by IS NOT NULL);
CREATE INDEX booking_participants_guest_idx ON convene.booking_participants USING btree (org_id, guest_id) WHERE (guest_id IS NOT NULL);
CREATE UNIQUE INDEX booking_participants_seat_key ON convene.booking_participants USING btree (org_id, booking_id, seat) WHERE ((seat IS NOT NULL) AND (status <> 'left'::text));
CREATE INDEX booking_participants_user_idx ON convene.booking_participants USING btree (org_id, user_id, start_time, booking_id) WHERE (user_id IS NOT NULL);
CREATE TRIGGER booking_participants_seat_exists AFTER INSERT OR UPDATE OF seat, status ON convene.booking_participants FOR EACH ROW WHEN (((new.seat > 1) AND (new.status <> 'left'::text))) EXECUTE FUNCTION convene.check_seat();

CREATE TABLE convene.bookings (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    status text NOT NULL,
    time_slot_id uuid,
    event_type_id uuid,
    team_id uuid,
    series_id uuid,
    series_position integer,
    start_time timestamp with time zone NOT NULL,
    end_time timestamp with time zone NOT NULL,
    meeting_type text NOT NULL,
    location text,
    conference_url text,
    capacity integer NOT NULL DEFAULT 1,
    held_until timestamp with time zone,
    lapses_at timestamp with time zone,
    requested_at timestamp with time zone,
    responded_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    canceled_at timestamp with time zone,
    canceled_by uuid,
    canceled_as text,
    cancellation_reason text,
    cancellation_notes text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT bookings_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT bookings_org_id_canceled_by_fkey FOREIGN KEY (org_id, canceled_by) REFERENCES convene.users(org_id, id),
    CONSTRAINT bookings_org_id_event_type_id_fkey FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types(org_id, id),
    CONSTRAINT bookings_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES convene.teams(org_id, id),
    CONSTRAINT bookings_org_id_time_slot_id_fkey FOREIGN KEY (org_id, time_slot_id) REFERENCES convene.time_slots(org_id, id),
    CONSTRAINT bookings_canceled_as_known CHECK ((canceled_as = ANY (ARRAY['host'::text, 'attendee'::text, 'staff'::text, 'system'::text]))),
    CONSTRAINT bookings_canceled_says_when CHECK (((status = 'canceled'::text) = (canceled_at IS NOT NULL))),
    CONSTRAINT bookings_canceled_says_who CHECK ((((canceled_at IS NULL) = (canceled_as IS NULL)) AND ((canceled_by IS NULL) OR (canceled_as IS NOT NULL)))),
    CONSTRAINT bookings_capacity_range CHECK (((capacity >= 1) AND (capacity <= 1000))),
    CONSTRAINT bookings_held_says_until CHECK (((status = 'held'::text) = (held_until IS NOT NULL))),
    CONSTRAINT bookings_meeting_type_known CHECK ((meeting_type = ANY (ARRAY['online'::text, 'in_person_preset'::text, 'in_person_custom'::text, 'phone'::text, 'link'::text]))),
    CONSTRAINT bookings_one_source CHECK ((num_nonnulls(time_slot_id, event_type_id) = 1)),
    CONSTRAINT bookings_series_position CHECK ((((series_id IS NULL) = (series_position IS NULL)) AND (series_position >= 1))),
    CONSTRAINT bookings_status_known CHECK ((status = ANY (ARRAY['held'::text, 'pending'::text, 'confirmed'::text, 'completed'::text, 'no_show'::text, 'canceled'::text, 'declined'::text, 'expired'::text]))),
    CONSTRAINT bookings_team_has_event_type CHECK (((team_id IS NULL) OR (event_type_id IS NOT NULL))),
    CONSTRAINT bookings_times_order CHECK ((end_time > start_time)),
    CONSTRAINT bookings_waiting_lapses CHECK (((status = ANY (ARRAY['held'::text, 'pending'::text])) = (lapses_at IS NOT NULL)))
) WITH (fillfactor=90);
CREATE INDEX bookings_canceled_by_idx ON convene.bookings USING btree (org_id, canceled_by) WHERE (canceled_by IS NOT NULL);
CREATE INDEX bookings_confirmed_idx ON convene.bookings USING btree (end_time) WHERE (status = 'confirmed'::text);
CREATE INDEX bookings_event_type_idx ON convene.bookings USING btree (org_id, event_type_id, start_time) WHERE (event_type_id IS NOT NULL);
CREATE INDEX bookings_lapses_idx ON convene.bookings USING btree (lapses_at) WHERE (lapses_at IS NOT NULL);
CREATE INDEX bookings_series_idx ON convene.bookings USING btree (org_id, series_id, series_position) WHERE (series_id IS NOT NULL);
CREATE INDEX bookings_slot_idx ON convene.bookings USING btree (org_id, time_slot_id) WHERE (time_slot_id IS NOT NULL);
CREATE INDEX bookings_start_idx ON convene.bookings USING btree (org_id, start_time, id);
CREATE INDEX bookings_status_idx ON convene.bookings USING btree (org_id, status, start_time, id);
CREATE INDEX bookings_team_idx ON convene.bookings USING btree (org_id, team_id, start_time) WHERE (team_id IS NOT NULL);
CREATE TRIGGER bookings_capacity_seats_everybody AFTER UPDATE OF capacity ON convene.bookings FOR EACH ROW WHEN ((new.capacity < old.capacity)) EXECUTE FUNCTION convene.check_capacity();

CREATE TABLE convene.calendar_busy_windows (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    busy tstzrange NOT NULL,
    CONSTRAINT calendar_busy_windows_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT calendar_busy_windows_org_id_connection_id_fkey FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_busy_windows_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_busy_windows_bounded CHECK (((NOT isempty(busy)) AND (NOT lower_inf(busy)) AND (NOT upper_inf(busy))))
);
CREATE INDEX calendar_busy_windows_connection_idx ON convene.calendar_busy_windows USING btree (org_id, connection_id);
CREATE INDEX calendar_busy_windows_user_idx ON convene.calendar_busy_windows USING gist (org_id, user_id, busy);

CREATE TABLE convene.calendar_channels (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    secret_hash bytea NOT NULL,
    remote_id text,
    resource_id text,
    expires_at timestamp with time zone,
    CONSTRAINT calendar_channels_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT calendar_channels_id_key UNIQUE (id),
    CONSTRAINT calendar_channels_org_id_connection_id_fkey FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_channels_secret_is_sha256 CHECK ((octet_length(secret_hash) = 32))
);
CREATE INDEX calendar_channels_connection_idx ON convene.calendar_channels USING btree (org_id, connection_id, calendar_id);
CREATE INDEX calendar_channels_remote_idx ON convene.calendar_channels USING btree (remote_id);

CREATE TABLE convene.calendar_connect_states (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider text NOT NULL,
    state_hash bytea NOT NULL,
    key_id text NOT NULL,
    verifier bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT calendar_connect_states_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT calendar_connect_states_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_connect_states_hash_is_sha256 CHECK ((octet_length(state_hash) = 32)),
    CONSTRAINT calendar_connect_states_provider_known CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text])))
);
CREATE INDEX calendar_connect_states_expiry_idx ON convene.calendar_connect_states USING btree (expires_at);
CREATE INDEX calendar_connect_states_hash_idx ON convene.calendar_connect_states USING btree (state_hash);
CREATE INDEX calendar_connect_states_user_idx ON convene.calendar_connect_states USING btree (org_id, user_id);

CREATE TABLE convene.calendar_connections (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider text NOT NULL,
    status text NOT NULL DEFAULT 'connected'::text,
    subject text,
    account text,
    scopes text[] NOT NULL DEFAULT '{}'::text[],
    key_id text,
    tokens bytea,
    token_expires_at timestamp with time zone,
    synced_at timestamp with time zone,
    synced_until timestamp with time zone,
    listed_at timestamp with time zone,
    reconnect_reason text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT calendar_connections_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT calendar_connections_one_each UNIQUE (org_id, user_id, provider),
    CONSTRAINT calendar_connections_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendar_connections_provider_known CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
    CONSTRAINT calendar_connections_status_known CHECK ((status = ANY (ARRAY['connected'::text, 'needs_reconnect'::text, 'disconnected'::text]))),
    CONSTRAINT calendar_connections_tokens_sealed CHECK (((key_id IS NULL) = (tokens IS NULL)))
);
CREATE INDEX calendar_connections_expiry_idx ON convene.calendar_connections USING btree (token_expires_at) WHERE (status = 'connected'::text);
CREATE INDEX calendar_connections_subject_idx ON convene.calendar_connections USING btree (provider, subject);

CREATE TABLE convene.calendars (
    org_id integer NOT NULL,
    connection_id uuid NOT NULL,
    calendar_id text NOT NULL,
    name text NOT NULL,
    time_zone text,
    is_primary boolean NOT NULL DEFAULT false,
    can_write boolean NOT NULL DEFAULT false,
    is_read boolean NOT NULL DEFAULT false,
    is_written boolean NOT NULL DEFAULT false,
    cursor text,
    cursor_from timestamp with time zone,
    cursor_to timestamp with time zone,
    error text,
    CONSTRAINT calendars_pkey PRIMARY KEY (org_id, connection_id, calendar_id),
    CONSTRAINT calendars_org_id_connection_id_fkey FOREIGN KEY (org_id, connection_id) REFERENCES convene.calendar_connections(org_id, id) ON DELETE CASCADE,
    CONSTRAINT calendars_written_can_be CHECK ((can_write OR (NOT is_written)))
);
CREATE UNIQUE INDEX calendars_one_written ON convene.calendars USING btree (org_id, connection_id) WHERE is_written;

CREATE TABLE convene.cron_job_logs (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    job_name text NOT NULL,
    status text NOT NULL,
    message text,
    duration_ms double precision,
    error_details jsonb,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT cron_job_logs_pkey PRIMARY KEY (id),
    CONSTRAINT cron_job_logs_status_known CHECK ((status = ANY (ARRAY['success'::text, 'failure'::text])))
);
CREATE INDEX cron_job_logs_age_idx ON convene.cron_job_logs USING btree (created_at);
CREATE INDEX cron_job_logs_failures_idx ON convene.cron_job_logs USING btree (job_name, created_at DESC) WHERE (status = 'failure'::text);
CREATE INDEX cron_job_logs_job_idx ON convene.cron_job_logs USING btree (job_name, created_at DESC);

CREATE TABLE convene.email_deliveries (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    template text NOT NULL,
    key_id text NOT NULL,
    payload bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT email_deliveries_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT email_deliveries_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT email_deliveries_template_known CHECK ((template = 'magic_link'::text))
);
CREATE INDEX email_deliveries_created_idx ON convene.email_deliveries USING btree (created_at);
CREATE INDEX email_deliveries_user_idx ON convene.email_deliveries USING btree (org_id, user_id);

CREATE TABLE convene.erasures (
    org_id integer NOT NULL,
    user_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL DEFAULT now(),
    last_booking uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
    bookings_done bigint NOT NULL DEFAULT 0,
    finished_at timestamp with time zone,
    CONSTRAINT erasures_pkey PRIMARY KEY (org_id, user_id),
    CONSTRAINT erasures_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id)
);
CREATE INDEX erasures_open_idx ON convene.erasures USING btree (org_id, user_id) WHERE (finished_at IS NULL);

CREATE TABLE convene.event_type_links (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    event_type_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone,
    uses_most integer,
    uses integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    revoked_at timestamp with time zone,
    CONSTRAINT event_type_links_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT event_type_links_token_key UNIQUE (token_hash),
    CONSTRAINT event_type_links_org_id_event_type_id_fkey FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types(org_id, id) ON DELETE CASCADE,
    CONSTRAINT event_type_links_token_is_hash CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT event_type_links_uses_range CHECK ((((uses_most >= 1) AND (uses_most <= 100000)) AND (uses >= 0) AND (uses <= uses_most)))
);
CREATE INDEX event_type_links_event_type_idx ON convene.event_type_links USING btree (org_id, event_type_id);

CREATE TABLE convene.event_types (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    host_id uuid,
    team_id uuid,
    schedule_id uuid,
    slug convene.citext NOT NULL,
    title text NOT NULL,
    description text,
    color text NOT NULL DEFAULT '#3b5bdb'::text,
    durations integer[] NOT NULL DEFAULT '{30,15,45,60}'::integer[],
    slot_interval_minutes integer,
    buffer_before_minutes integer NOT NULL DEFAULT 0,
    buffer_after_minutes integer NOT NULL DEFAULT 0,
    minimum_notice_minutes integer NOT NULL DEFAULT 0,
    horizon_days integer DEFAULT 60,
    bookable_from date,
    bookable_until date,
    limit_per_day integer,
    limit_per_week integer,
    limit_per_month integer,
    minutes_per_day integer,
    minutes_per_week integer,
    minutes_per_month integer,
    capacity integer NOT NULL DEFAULT 1,
    meeting_type text NOT NULL DEFAULT 'online'::text,
    location_preset_id uuid,
    location_custom text,
    requires_confirmation boolean NOT NULL DEFAULT false,
    questions jsonb NOT NULL DEFAULT '[]'::jsonb,
    is_active boolean NOT NULL DEFAULT true,
    is_private boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT event_types_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT event_types_id_key UNIQUE (id),
    CONSTRAINT event_types_team_key UNIQUE (org_id, id, team_id),
    CONSTRAINT event_types_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT event_types_org_id_host_id_fkey FOREIGN KEY (org_id, host_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT event_types_org_id_location_preset_id_fkey FOREIGN KEY (org_id, location_preset_id) REFERENCES convene.location_presets(org_id, id),
    CONSTRAINT event_types_org_id_schedule_id_host_id_fkey FOREIGN KEY (org_id, schedule_id, host_id) REFERENCES convene.schedules(org_id, id, user_id),
    CONSTRAINT event_types_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES convene.teams(org_id, id),
    CONSTRAINT event_types_buffer_range CHECK ((((buffer_before_minutes >= 0) AND (buffer_before_minutes <= 240)) AND ((buffer_after_minutes >= 0) AND (buffer_after_minutes <= 240)))),
    CONSTRAINT event_types_capacity_range CHECK (((capacity >= 1) AND (capacity <= 1000))),
    CONSTRAINT event_types_color_form CHECK ((color ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT event_types_dates_range CHECK (((bookable_from >= '1970-01-01'::date) AND (bookable_until >= bookable_from) AND ((bookable_until - bookable_from) <= 730))),
    CONSTRAINT event_types_description_length CHECK ((char_length(description) <= 5000)),
    CONSTRAINT event_types_durations_range CHECK ((((cardinality(durations) >= 1) AND (cardinality(durations) <= 10)) AND (5 <= ALL (durations)) AND (1440 >= ALL (durations)) AND (array_position(durations, NULL::integer) IS NULL))),
    CONSTRAINT event_types_horizon_range CHECK (((horizon_days >= 1) AND (horizon_days <= 730))),
    CONSTRAINT event_types_interval_range CHECK (((slot_interval_minutes >= 5) AND (slot_interval_minutes <= 1440))),
    CONSTRAINT event_types_limits_range CHECK ((((limit_per_day >= 1) AND (limit_per_day <= 1000)) AND ((limit_per_week >= 1) AND (limit_per_week <= 10000)) AND ((limit_per_month >= 1) AND (limit_per_month <= 100000)) AND ((minutes_per_day >= 5) AND (minutes_per_day <= 1440)) AND ((minutes_per_week >= 5) AND (minutes_per_week <= 10080)) AND ((minutes_per_month >= 5) AND (minutes_per_month <= 44640)))),
    CONSTRAINT event_types_location_fits CHECK ((((meeting_type = 'in_person_preset'::text) = (location_preset_id IS NOT NULL)) AND
CASE
    WHEN (meeting_type = ANY (ARRAY['in_person_custom'::text, 'link'::text])) THEN (location_custom IS NOT NULL)
    WHEN (meeting_type = 'phone'::text) THEN true
    ELSE (location_custom IS NULL)
END)),
    CONSTRAINT event_types_location_length CHECK (((char_length(location_custom) >= 1) AND (char_length(location_custom) <= 500))),
    CONSTRAINT event_types_meeting_type_known CHECK ((meeting_type = ANY (ARRAY['online'::text, 'in_person_preset'::text, 'in_person_custom'::text, 'phone'::text, 'link'::text]))),
    CONSTRAINT event_types_notice_range CHECK (((minimum_notice_minutes >= 0) AND (minimum_notice_minutes <= 527040))),
    CONSTRAINT event_types_one_horizon CHECK ((((horizon_days IS NULL) = (bookable_until IS NOT NULL)) AND ((bookable_from IS NULL) = (bookable_until IS NULL)))),
    CONSTRAINT event_types_one_line CHECK ((title !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT event_types_one_owner CHECK ((num_nonnulls(host_id, team_id) = 1)),
    CONSTRAINT event_types_questions_are_a_list CHECK ((jsonb_typeof(questions) = 'array'::text)),
    CONSTRAINT event_types_slug_form CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT event_types_teams_have_no_schedule CHECK (((schedule_id IS NULL) OR (host_id IS NOT NULL))),
    CONSTRAINT event_types_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
CREATE INDEX event_types_host_idx ON convene.event_types USING btree (org_id, host_id) WHERE (host_id IS NOT NULL);
CREATE UNIQUE INDEX event_types_host_slug_key ON convene.event_types USING btree (org_id, host_id, slug) WHERE ((deleted_at IS NULL) AND (host_id IS NOT NULL));
CREATE INDEX event_types_preset_idx ON convene.event_types USING btree (org_id, location_preset_id) WHERE (location_preset_id IS NOT NULL);
CREATE INDEX event_types_schedule_idx ON convene.event_types USING btree (org_id, schedule_id, host_id) WHERE (schedule_id IS NOT NULL);
CREATE INDEX event_types_team_idx ON convene.event_types USING btree (org_id, team_id) WHERE (team_id IS NOT NULL);
CREATE UNIQUE INDEX event_types_team_slug_key ON convene.event_types USING btree (org_id, team_id, slug) WHERE ((deleted_at IS NULL) AND (team_id IS NOT NULL));

CREATE TABLE convene.idempotency_requests (
    org_id integer NOT NULL,
    scope text NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    response jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_requests_pkey PRIMARY KEY (org_id, scope, key_hash),
    CONSTRAINT idempotency_requests_hashes_are_sha256 CHECK (((octet_length(key_hash) = 32) AND (octet_length(request_hash) = 32))),
    CONSTRAINT idempotency_requests_scope_form CHECK ((scope ~ '^(user|page|token):[0-9a-f-]{36}$'::text))
);
CREATE INDEX idempotency_requests_age_idx ON convene.idempotency_requests USING btree (created_at);
CREATE INDEX idempotency_requests_booking_idx ON convene.idempotency_requests USING btree (org_id, ((response ->> 'id'::text)));

CREATE TABLE convene.issuers (
    org_id integer NOT NULL,
    issuer text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT issuers_pkey PRIMARY KEY (org_id, issuer),
    CONSTRAINT issuers_one_organization UNIQUE (issuer),
    CONSTRAINT issuers_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT issuers_issuer_length CHECK (((char_length(issuer) >= 1) AND (char_length(issuer) <= 255)))
);

CREATE TABLE convene.jobs (
    name text NOT NULL,
    schedule text NOT NULL,
    description text NOT NULL,
    CONSTRAINT jobs_pkey PRIMARY KEY (name),
    CONSTRAINT jobs_name_form CHECK ((name ~ '^[a-z][a-z0-9_]*$'::text))
);

CREATE TABLE convene.link_requests (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    email convene.citext NOT NULL,
    org_slug convene.citext,
    token_hash bytea NOT NULL,
    key_id text NOT NULL,
    payload bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT link_requests_pkey PRIMARY KEY (id),
    CONSTRAINT link_requests_token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE convene.location_presets (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    slug convene.citext NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT location_presets_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT location_presets_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT location_presets_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT location_presets_one_line CHECK ((name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT location_presets_slug_form CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
CREATE UNIQUE INDEX location_presets_slug_key ON convene.location_presets USING btree (org_id, slug) WHERE (deleted_at IS NULL);

CREATE TABLE convene.magic_links (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT magic_links_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT magic_links_token_hash_key UNIQUE (token_hash, org_id),
    CONSTRAINT magic_links_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT magic_links_expires_later CHECK ((expires_at > created_at)),
    CONSTRAINT magic_links_token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX magic_links_expires_idx ON convene.magic_links USING btree (expires_at);
CREATE INDEX magic_links_user_idx ON convene.magic_links USING btree (org_id, user_id);

CREATE TABLE convene.notification_log (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    booking_id uuid,
    event_seq bigint,
    facts jsonb NOT NULL DEFAULT '{}'::jsonb,
    delivery_channel text NOT NULL DEFAULT 'both'::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    read_at timestamp with time zone,
    CONSTRAINT notification_log_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT notification_log_org_id_event_seq_fkey FOREIGN KEY (org_id, event_seq) REFERENCES convene.booking_events(org_id, seq) ON DELETE CASCADE,
    CONSTRAINT notification_log_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT notification_log_channel_known CHECK ((delivery_channel = ANY (ARRAY['in_app'::text, 'email'::text, 'both'::text]))),
    CONSTRAINT notification_log_event_of_booking CHECK (((booking_id IS NULL) = (event_seq IS NULL)))
);
CREATE INDEX notification_log_event_idx ON convene.notification_log USING btree (org_id, event_seq) WHERE (event_seq IS NOT NULL);
CREATE INDEX notification_log_user_idx ON convene.notification_log USING btree (org_id, user_id, created_at);

CREATE TABLE convene.organizations (
    id integer NOT NULL GENERATED BY DEFAULT AS IDENTITY,
    slug convene.citext NOT NULL,
    name text NOT NULL,
    time_zone convene.iana_zone NOT NULL DEFAULT 'UTC'::text,
    calendars_required boolean NOT NULL DEFAULT false,
    closes_early boolean NOT NULL DEFAULT false,
    slot_horizon_days integer NOT NULL DEFAULT 30,
    minimum_notice_minutes integer NOT NULL DEFAULT 0,
    meeting_goal_min_chars integer NOT NULL DEFAULT 10,
    meeting_goal_max_chars integer NOT NULL DEFAULT 2000,
    pending_expiry_days integer NOT NULL DEFAULT 7,
    override_expiry_days integer NOT NULL DEFAULT 7,
    dormant_after_days integer NOT NULL DEFAULT 90,
    late_cancellation_minutes integer NOT NULL DEFAULT 120,
    late_cancellation_penalty double precision NOT NULL DEFAULT 0.25,
    late_cancellation_penalty_days integer NOT NULL DEFAULT 90,
    default_rating double precision NOT NULL DEFAULT 3.5,
    default_response_hours double precision NOT NULL DEFAULT 12,
    fast_response_hours double precision NOT NULL DEFAULT 24,
    slow_response_hours double precision NOT NULL DEFAULT 48,
    fast_response_factor double precision NOT NULL DEFAULT 1.2,
    normal_response_factor double precision NOT NULL DEFAULT 1.0,
    slow_response_factor double precision NOT NULL DEFAULT 0.8,
    tenure_bonus_per_month double precision NOT NULL DEFAULT 0.1,
    tenure_bonus_max double precision NOT NULL DEFAULT 1.0,
    probation_ratings integer NOT NULL DEFAULT 3,
    probation_score double precision NOT NULL DEFAULT 3.5,
    calendar_fresh_minutes integer NOT NULL DEFAULT 5,
    calendar_stale_minutes integer NOT NULL DEFAULT 60,
    guest_retention_days integer NOT NULL DEFAULT 365,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT organizations_pkey PRIMARY KEY (id),
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_calendar_order CHECK (((1 <= calendar_fresh_minutes) AND (calendar_fresh_minutes <= calendar_stale_minutes) AND (calendar_stale_minutes <= 1440))),
    CONSTRAINT organizations_days_range CHECK (((pending_expiry_days >= 1) AND (override_expiry_days >= 1) AND (dormant_after_days >= 1) AND (late_cancellation_penalty_days >= 0))),
    CONSTRAINT organizations_factor_order CHECK ((((0)::double precision <= slow_response_factor) AND (slow_response_factor <= normal_response_factor) AND (normal_response_factor <= fast_response_factor))),
    CONSTRAINT organizations_goal_range CHECK (((0 <= meeting_goal_min_chars) AND (meeting_goal_min_chars <= meeting_goal_max_chars) AND (meeting_goal_max_chars <= 20000))),
    CONSTRAINT organizations_horizon_range CHECK (((slot_horizon_days >= 1) AND (slot_horizon_days <= 366))),
    CONSTRAINT organizations_largest CHECK (((probation_ratings <= 1000) AND (default_response_hours <= (8760)::double precision) AND (slow_response_hours <= (8760)::double precision) AND (fast_response_factor <= (10)::double precision) AND (tenure_bonus_per_month <= (5)::double precision) AND (tenure_bonus_max <= (5)::double precision))),
    CONSTRAINT organizations_longest CHECK (((pending_expiry_days <= 3650) AND (override_expiry_days <= 3650) AND (dormant_after_days <= 3650) AND (late_cancellation_penalty_days <= 3650) AND (late_cancellation_minutes <= 527040))),
    CONSTRAINT organizations_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT organizations_notice_range CHECK (((minimum_notice_minutes >= 0) AND (minimum_notice_minutes <= 527040))),
    CONSTRAINT organizations_one_line CHECK ((name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT organizations_penalty_range CHECK (((late_cancellation_minutes >= 0) AND ((late_cancellation_penalty >= (0)::double precision) AND (late_cancellation_penalty <= (5)::double precision)))),
    CONSTRAINT organizations_rating_range CHECK ((((default_rating >= (1)::double precision) AND (default_rating <= (5)::double precision)) AND ((probation_score >= (0)::double precision) AND (probation_score <= (5)::double precision)) AND (probation_ratings >= 0))),
    CONSTRAINT organizations_response_order CHECK ((((0)::double precision <= default_response_hours) AND ((0)::double precision <= fast_response_hours) AND (fast_response_hours <= slow_response_hours))),
    CONSTRAINT organizations_retention_range CHECK (((guest_retention_days >= 1) AND (guest_retention_days <= 3650))),
    CONSTRAINT organizations_slug_form CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT organizations_tenure_range CHECK (((tenure_bonus_per_month >= (0)::double precision) AND (tenure_bonus_max >= (0)::double precision)))
);
CREATE TRIGGER organizations_seed_tier_policies AFTER INSERT ON convene.organizations FOR EACH ROW EXECUTE FUNCTION convene.seed_tier_policies();

CREATE TABLE convene.public_slugs (
    org_id integer NOT NULL,
    slug convene.citext NOT NULL,
    user_id uuid,
    team_id uuid,
    CONSTRAINT public_slugs_pkey PRIMARY KEY (org_id, slug),
    CONSTRAINT public_slugs_team_key UNIQUE (org_id, team_id),
    CONSTRAINT public_slugs_user_key UNIQUE (org_id, user_id),
    CONSTRAINT public_slugs_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES convene.teams(org_id, id) ON DELETE CASCADE,
    CONSTRAINT public_slugs_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT public_slugs_one_owner CHECK ((num_nonnulls(user_id, team_id) = 1))
);

CREATE TABLE convene.rate_limit_buckets (
    key bytea NOT NULL,
    remaining double precision NOT NULL,
    granted integer NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT rate_limit_buckets_pkey PRIMARY KEY (key),
    CONSTRAINT rate_limit_buckets_key_is_sha256 CHECK ((octet_length(key) = 32)),
    CONSTRAINT rate_limit_buckets_not_negative CHECK (((remaining >= (0)::double precision) AND (granted >= 0)))
) WITH (fillfactor=50);
CREATE INDEX rate_limit_buckets_taken_idx ON convene.rate_limit_buckets USING btree (taken_at);

CREATE TABLE convene.ratings (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    booking_id uuid NOT NULL,
    rater_id uuid NOT NULL,
    ratee_id uuid NOT NULL,
    rating smallint NOT NULL,
    comment text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT ratings_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT ratings_once_each UNIQUE (org_id, booking_id, rater_id),
    CONSTRAINT ratings_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT ratings_org_id_ratee_id_fkey FOREIGN KEY (org_id, ratee_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT ratings_org_id_rater_id_fkey FOREIGN KEY (org_id, rater_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT ratings_comment_length CHECK ((char_length(comment) <= 2000)),
    CONSTRAINT ratings_of_the_other CHECK ((rater_id <> ratee_id)),
    CONSTRAINT ratings_range CHECK (((rating >= 1) AND (rating <= 5)))
);
CREATE INDEX ratings_ratee_idx ON convene.ratings USING btree (org_id, ratee_id, created_at, id) INCLUDE (rating);
CREATE INDEX ratings_rater_idx ON convene.ratings USING btree (org_id, rater_id, created_at, id);

CREATE TABLE convene.reputation_penalties (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    kind text NOT NULL,
    amount double precision NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT reputation_penalties_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT reputation_penalties_org_id_booking_id_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id) ON DELETE CASCADE,
    CONSTRAINT reputation_penalties_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT reputation_penalties_amount_range CHECK (((amount >= (0)::double precision) AND (amount <= (5)::double precision))),
    CONSTRAINT reputation_penalties_kind_known CHECK ((kind = 'late_cancellation'::text))
);
CREATE INDEX reputation_penalties_booking_idx ON convene.reputation_penalties USING btree (org_id, booking_id);
CREATE INDEX reputation_penalties_user_idx ON convene.reputation_penalties USING btree (org_id, user_id, expires_at);

CREATE TABLE convene.schedules (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    time_zone convene.iana_zone NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT schedules_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT schedules_name_key UNIQUE (org_id, user_id, name),
    CONSTRAINT schedules_user_key UNIQUE (org_id, id, user_id),
    CONSTRAINT schedules_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT schedules_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT schedules_one_line CHECK ((name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text))
);
CREATE UNIQUE INDEX schedules_default_key ON convene.schedules USING btree (org_id, user_id) WHERE is_default;

CREATE TABLE convene.sessions (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    extended_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT sessions_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
    CONSTRAINT sessions_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT sessions_end CHECK ((expires_at <= (created_at + '30 days'::interval))),
    CONSTRAINT sessions_token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX sessions_user_idx ON convene.sessions USING btree (org_id, user_id);
CREATE TRIGGER sessions_begin_and_end AFTER INSERT OR DELETE ON convene.sessions FOR EACH ROW EXECUTE FUNCTION convene.record_sign_in();
CREATE TRIGGER sessions_revoked AFTER UPDATE OF revoked_at ON convene.sessions FOR EACH ROW WHEN ((new.revoked_at IS NOT NULL)) EXECUTE FUNCTION convene.record_sign_in();

CREATE TABLE convene.sign_in_events (
    org_id integer NOT NULL,
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    user_id uuid NOT NULL,
    event text NOT NULL,
    session_id uuid,
    occurred_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT sign_in_events_pkey PRIMARY KEY (org_id, seq),
    CONSTRAINT sign_in_events_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT sign_in_events_event_known CHECK ((event = ANY (ARRAY['signed_in'::text, 'link_refused'::text, 'signed_out'::text, 'ended'::text])))
);
CREATE INDEX sign_in_events_time_idx ON convene.sign_in_events USING btree (occurred_at);
CREATE INDEX sign_in_events_user_idx ON convene.sign_in_events USING btree (org_id, user_id, seq);

CREATE TABLE convene.tags (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    name convene.citext NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT tags_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT tags_name_key UNIQUE (org_id, kind, name),
    CONSTRAINT tags_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT tags_kind_known CHECK ((kind = ANY (ARRAY['industry'::text, 'technology'::text, 'stage'::text]))),
    CONSTRAINT tags_name_form CHECK ((((name)::text ~ '^[^[:space:][:cntrl:]]([^[:cntrl:]]*[^[:space:][:cntrl:]])?$'::text) AND (char_length((name)::text) <= 100))),
    CONSTRAINT tags_one_line CHECK (((name)::text !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text))
);

CREATE TABLE convene.team_event_type_members (
    org_id integer NOT NULL,
    event_type_id uuid NOT NULL,
    user_id uuid NOT NULL,
    team_id uuid NOT NULL,
    is_required boolean NOT NULL DEFAULT true,
    priority integer NOT NULL DEFAULT 0,
    weight integer NOT NULL DEFAULT 100,
    limit_per_day integer,
    limit_per_week integer,
    turns double precision NOT NULL DEFAULT 0,
    last_assigned_at timestamp with time zone,
    CONSTRAINT team_event_type_members_pkey PRIMARY KEY (org_id, event_type_id, user_id),
    CONSTRAINT team_event_type_members_org_id_event_type_id_team_id_fkey FOREIGN KEY (org_id, event_type_id, team_id) REFERENCES convene.team_event_types(org_id, event_type_id, team_id) ON DELETE CASCADE,
    CONSTRAINT team_event_type_members_org_id_team_id_user_id_fkey FOREIGN KEY (org_id, team_id, user_id) REFERENCES convene.team_members(org_id, team_id, user_id) ON DELETE CASCADE,
    CONSTRAINT team_event_type_members_limits_range CHECK ((((limit_per_day >= 1) AND (limit_per_day <= 1000)) AND ((limit_per_week >= 1) AND (limit_per_week <= 10000)))),
    CONSTRAINT team_event_type_members_priority_range CHECK (((priority >= 0) AND (priority <= 100))),
    CONSTRAINT team_event_type_members_turns_range CHECK (((turns >= (0)::double precision) AND (turns <= ('1000000000000000'::numeric)::double precision))),
    CONSTRAINT team_event_type_members_weight_range CHECK (((weight >= 1) AND (weight <= 1000)))
);
CREATE INDEX team_event_type_members_member_idx ON convene.team_event_type_members USING btree (org_id, team_id, user_id);
CREATE INDEX team_event_type_members_shared_idx ON convene.team_event_type_members USING btree (org_id, event_type_id, team_id);

CREATE TABLE convene.team_event_types (
    org_id integer NOT NULL,
    event_type_id uuid NOT NULL,
    team_id uuid NOT NULL,
    mode text NOT NULL,
    CONSTRAINT team_event_types_pkey PRIMARY KEY (org_id, event_type_id),
    CONSTRAINT team_event_types_team_key UNIQUE (org_id, event_type_id, team_id),
    CONSTRAINT team_event_types_org_id_event_type_id_team_id_fkey FOREIGN KEY (org_id, event_type_id, team_id) REFERENCES convene.event_types(org_id, id, team_id) ON DELETE CASCADE,
    CONSTRAINT team_event_types_mode_known CHECK ((mode = ANY (ARRAY['round_robin'::text, 'collective'::text])))
);

CREATE TABLE convene.team_members (
    org_id integer NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'member'::text,
    joined_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT team_members_pkey PRIMARY KEY (org_id, team_id, user_id),
    CONSTRAINT team_members_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES convene.teams(org_id, id),
    CONSTRAINT team_members_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT team_members_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);
CREATE INDEX team_members_user_idx ON convene.team_members USING btree (org_id, user_id);

CREATE TABLE convene.teams (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    slug convene.citext NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT teams_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT teams_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT teams_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT teams_one_line CHECK ((name !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT teams_slug_form CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
CREATE INDEX teams_list_idx ON convene.teams USING btree (org_id, name, id) WHERE (deleted_at IS NULL);
CREATE TRIGGER teams_slug_changes AFTER UPDATE OF slug, deleted_at ON convene.teams FOR EACH ROW WHEN ((((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR (old.deleted_at IS DISTINCT FROM new.deleted_at))) EXECUTE FUNCTION convene.keep_public_slug();
CREATE TRIGGER teams_slug_is_new AFTER INSERT ON convene.teams FOR EACH ROW EXECUTE FUNCTION convene.keep_public_slug();

CREATE TABLE convene.tier_override_requests (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    mentee_id uuid NOT NULL,
    mentor_id uuid NOT NULL,
    reason text NOT NULL,
    status text NOT NULL DEFAULT 'pending'::text,
    reviewed_by uuid,
    reviewed_at timestamp with time zone,
    review_notes text,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT tier_override_requests_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT tier_override_requests_org_id_mentee_id_fkey FOREIGN KEY (org_id, mentee_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT tier_override_requests_org_id_mentor_id_fkey FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT tier_override_requests_org_id_reviewed_by_fkey FOREIGN KEY (org_id, reviewed_by) REFERENCES convene.users(org_id, id),
    CONSTRAINT tier_override_requests_reason_length CHECK (((char_length(reason) >= 10) AND (char_length(reason) <= 2000))),
    CONSTRAINT tier_override_requests_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text]))),
    CONSTRAINT tier_override_requests_used_if_approved CHECK (((used_at IS NULL) OR (status = 'approved'::text)))
);
CREATE INDEX tier_override_requests_expiry_idx ON convene.tier_override_requests USING btree (expires_at) WHERE (status = 'pending'::text);
CREATE INDEX tier_override_requests_list_idx ON convene.tier_override_requests USING btree (org_id, created_at, id);
CREATE INDEX tier_override_requests_mentor_idx ON convene.tier_override_requests USING btree (org_id, mentor_id);
CREATE UNIQUE INDEX tier_override_requests_one_pending ON convene.tier_override_requests USING btree (org_id, mentee_id, mentor_id) WHERE (status = 'pending'::text);
CREATE INDEX tier_override_requests_pair_idx ON convene.tier_override_requests USING btree (org_id, mentee_id, mentor_id, created_at);
CREATE INDEX tier_override_requests_reviewer_idx ON convene.tier_override_requests USING btree (org_id, reviewed_by) WHERE (reviewed_by IS NOT NULL);

CREATE TABLE convene.tier_policies (
    org_id integer NOT NULL,
    tier text NOT NULL,
    minimum_score double precision NOT NULL,
    highest_bookable_tier text NOT NULL,
    weekly_limit integer,
    CONSTRAINT tier_policies_pkey PRIMARY KEY (org_id, tier),
    CONSTRAINT tier_policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id) ON DELETE CASCADE,
    CONSTRAINT tier_policies_highest_known CHECK ((highest_bookable_tier = ANY (ARRAY['bronze'::text, 'silver'::text, 'gold'::text, 'platinum'::text]))),
    CONSTRAINT tier_policies_limit_range CHECK ((weekly_limit >= 0)),
    CONSTRAINT tier_policies_score_range CHECK (((minimum_score >= (0)::double precision) AND (minimum_score <= (5)::double precision))),
    CONSTRAINT tier_policies_tier_known CHECK ((tier = ANY (ARRAY['bronze'::text, 'silver'::text, 'gold'::text, 'platinum'::text])))
);

CREATE TABLE convene.time_slots (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    block_id uuid NOT NULL,
    mentor_id uuid NOT NULL,
    start_time timestamp with time zone NOT NULL,
    end_time timestamp with time zone NOT NULL,
    booking_id uuid,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT time_slots_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT time_slots_block_times_key UNIQUE (org_id, block_id, start_time, end_time),
    CONSTRAINT time_slots_booking_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings(org_id, id),
    CONSTRAINT time_slots_org_id_block_id_fkey FOREIGN KEY (org_id, block_id) REFERENCES convene.availability_blocks(org_id, id),
    CONSTRAINT time_slots_org_id_mentor_id_fkey FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users(org_id, id),
    CONSTRAINT time_slots_times_order CHECK ((end_time > start_time))
) WITH (fillfactor=90);
CREATE INDEX time_slots_mentor_start_idx ON convene.time_slots USING btree (org_id, mentor_id, start_time, id);
CREATE INDEX time_slots_start_idx ON convene.time_slots USING btree (org_id, start_time);

CREATE TABLE convene.travel_dates (
    org_id integer NOT NULL,
    user_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    time_zone convene.iana_zone NOT NULL,
    CONSTRAINT travel_dates_pkey PRIMARY KEY (org_id, user_id, first_day),
    CONSTRAINT travel_dates_never_overlap EXCLUDE USING gist (org_id WITH =, user_id WITH =, daterange(first_day, last_day, '[]'::text) WITH &&),
    CONSTRAINT travel_dates_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT travel_dates_day_range CHECK (((first_day >= '1970-01-01'::date) AND (last_day <= '9998-12-31'::date))),
    CONSTRAINT travel_dates_days_order CHECK ((last_day >= first_day))
);

CREATE TABLE convene.user_identities (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT user_identities_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT user_identities_one_user UNIQUE (issuer, subject),
    CONSTRAINT user_identities_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_identities_issuer_length CHECK (((char_length(issuer) >= 1) AND (char_length(issuer) <= 255))),
    CONSTRAINT user_identities_subject_length CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 255)))
);
CREATE INDEX user_identities_user_idx ON convene.user_identities USING btree (org_id, user_id);

CREATE TABLE convene.user_phones (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    record_id text NOT NULL,
    key_id text NOT NULL,
    phone bytea NOT NULL,
    CONSTRAINT user_phones_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT user_phones_one_each UNIQUE (org_id, user_id),
    CONSTRAINT user_phones_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE
);

CREATE TABLE convene.user_tags (
    org_id integer NOT NULL,
    user_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    source text NOT NULL DEFAULT 'manual'::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_tags_pkey PRIMARY KEY (org_id, user_id, tag_id),
    CONSTRAINT user_tags_org_id_tag_id_fkey FOREIGN KEY (org_id, tag_id) REFERENCES convene.tags(org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_tags_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_tags_source_known CHECK ((source = ANY (ARRAY['manual'::text, 'airtable'::text])))
);
CREATE INDEX user_tags_tag_idx ON convene.user_tags USING btree (org_id, tag_id, user_id);

CREATE TABLE convene.user_urls (
    org_id integer NOT NULL,
    user_id uuid NOT NULL,
    position smallint NOT NULL,
    label text NOT NULL,
    url text NOT NULL,
    CONSTRAINT user_urls_pkey PRIMARY KEY (org_id, user_id, "position"),
    CONSTRAINT user_urls_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES convene.users(org_id, id) ON DELETE CASCADE,
    CONSTRAINT user_urls_at_most_ten CHECK ((("position" >= 1) AND ("position" <= 10))),
    CONSTRAINT user_urls_label_length CHECK (((char_length(label) >= 1) AND (char_length(label) <= 100))),
    CONSTRAINT user_urls_one_line CHECK ((label !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT user_urls_url_form CHECK (((url ~* '^https?://'::text) AND (char_length(url) <= 2048)))
);

CREATE TABLE convene.users (
    org_id integer NOT NULL,
    id uuid NOT NULL,
    email convene.citext NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    title text,
    company text,
    bio text,
    slug convene.citext,
    time_zone convene.iana_zone NOT NULL DEFAULT 'UTC'::text,
    is_active boolean NOT NULL DEFAULT true,
    suspension_reason text,
    suspended_until timestamp with time zone,
    reputation_score double precision NOT NULL DEFAULT 3.5,
    reputation_tier text NOT NULL DEFAULT 'silver'::text,
    reputation_updated_at timestamp with time zone,
    last_activity_at timestamp with time zone NOT NULL DEFAULT now(),
    dormant_since timestamp with time zone,
    airtable_record_id text,
    joined_at timestamp with time zone NOT NULL DEFAULT now(),
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT users_pkey PRIMARY KEY (org_id, id),
    CONSTRAINT users_id_key UNIQUE (id),
    CONSTRAINT users_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id),
    CONSTRAINT users_bio_length CHECK ((char_length(bio) <= 2000)),
    CONSTRAINT users_company_length CHECK ((char_length(company) <= 200)),
    CONSTRAINT users_email_form CHECK (((email)::text ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)),
    CONSTRAINT users_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT users_one_line CHECK ((((name || COALESCE(title, ''::text)) || COALESCE(company, ''::text)) !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text)),
    CONSTRAINT users_role_known CHECK ((role = ANY (ARRAY['mentee'::text, 'mentor'::text, 'coordinator'::text, 'admin'::text]))),
    CONSTRAINT users_score_range CHECK (((reputation_score >= (0)::double precision) AND (reputation_score <= (5)::double precision))),
    CONSTRAINT users_slug_form CHECK (((slug)::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT users_suspension_only_inactive CHECK (((NOT is_active) OR ((suspension_reason IS NULL) AND (suspended_until IS NULL)))),
    CONSTRAINT users_suspension_reason_form CHECK ((((char_length(suspension_reason) >= 1) AND (char_length(suspension_reason) <= 500)) AND (suspension_reason !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'::text))),
    CONSTRAINT users_tier_known CHECK ((reputation_tier = ANY (ARRAY['bronze'::text, 'silver'::text, 'gold'::text, 'platinum'::text]))),
    CONSTRAINT users_title_length CHECK ((char_length(title) <= 200))
) WITH (fillfactor=85);
CREATE UNIQUE INDEX users_airtable_record_key ON convene.users USING btree (org_id, airtable_record_id) WHERE (airtable_record_id IS NOT NULL);
CREATE INDEX users_awake_idx ON convene.users USING btree (last_activity_at) WHERE ((dormant_since IS NULL) AND (deleted_at IS NULL));
CREATE INDEX users_coordinators_idx ON convene.users USING btree (org_id) WHERE ((role = 'coordinator'::text) AND (deleted_at IS NULL));
CREATE UNIQUE INDEX users_email_key ON convene.users USING btree (org_id, email) WHERE (deleted_at IS NULL);
CREATE INDEX users_list_idx ON convene.users USING btree (org_id, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX users_mentors_idx ON convene.users USING btree (org_id, name, id) WHERE ((role = 'mentor'::text) AND (deleted_at IS NULL));
CREATE TRIGGER users_slug_changes AFTER UPDATE OF slug, deleted_at ON convene.users FOR EACH ROW WHEN ((((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR ((new.slug IS NOT NULL) AND (old.deleted_at IS DISTINCT FROM new.deleted_at)))) EXECUTE FUNCTION convene.keep_public_slug();
CREATE TRIGGER users_slug_is_new AFTER INSERT ON convene.users FOR EACH ROW WHEN ((new.slug IS NOT NULL)) EXECUTE FUNCTION convene.keep_public_slug();

CREATE TABLE convene.work_items (
    org_id integer NOT NULL,
    queue text NOT NULL,
    subject_id uuid NOT NULL,
    lane text NOT NULL,
    concurrency_key uuid,
    due_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    lease uuid,
    lease_until timestamp with time zone,
    failed_at timestamp with time zone,
    last_error text,
    CONSTRAINT work_items_pkey PRIMARY KEY (org_id, queue, subject_id),
    CONSTRAINT work_items_org_id_fkey FOREIGN KEY (org_id) REFERENCES convene.organizations(id) ON DELETE CASCADE,
    CONSTRAINT work_items_failed_is_nobodys CHECK (((failed_at IS NULL) OR (lease IS NULL))),
    CONSTRAINT work_items_lease_whole CHECK (((lease IS NULL) = (lease_until IS NULL)))
) WITH (fillfactor=80, autovacuum_vacuum_threshold=1000, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_cost_delay=0, autovacuum_analyze_threshold=5000, autovacuum_analyze_scale_factor=0.05);
CREATE INDEX work_items_due_idx ON convene.work_items USING btree (queue, due_at) WHERE ((lease IS NULL) AND (failed_at IS NULL));
CREATE INDEX work_items_failed_idx ON convene.work_items USING btree (queue, org_id) WHERE (failed_at IS NOT NULL);
CREATE INDEX work_items_fair_idx ON convene.work_items USING btree (queue, org_id, lane, due_at) WHERE ((lease IS NULL) AND (failed_at IS NULL));
CREATE INDEX work_items_leased_idx ON convene.work_items USING btree (queue, concurrency_key) WHERE (lease IS NOT NULL);

-- view convene.booking_funnel (
--     organization text,
--     owner_name text,
--     event_type text,
--     page_views bigint,
--     slot_selections bigint,
--     bookings_confirmed bigint,
--     conversion_rate double precision,
--     event_type_id uuid
-- )

-- view convene.hold_outcomes (
--     organization text,
--     day date,
--     made bigint,
--     finalized bigint,
--     lapsed bigint,
--     canceled bigint,
--     still_open bigint
-- )

-- view convene.job_failures (
--     failed_at timestamp with time zone,
--     job_name text,
--     message text,
--     sqlstate text,
--     detail text,
--     hint text,
--     context text,
--     duration_ms double precision,
--     has_succeeded_since boolean,
--     id bigint
-- )

-- view convene.job_status (
--     name text,
--     schedule text,
--     description text,
--     last_run_at timestamp with time zone,
--     last_status text,
--     last_duration_ms double precision,
--     last_error text,
--     last_failed_at timestamp with time zone,
--     runs_24h bigint,
--     failures_24h bigint,
--     avg_duration_ms_24h double precision,
--     is_overdue boolean
-- )

-- view convene.mentor_utilisation (
--     organization text,
--     mentor_name text,
--     mentor_email text,
--     reputation_tier text,
--     offered_past bigint,
--     booked_past bigint,
--     utilisation_past double precision,
--     offered_ahead bigint,
--     booked_ahead bigint,
--     utilisation_ahead double precision,
--     is_dormant boolean,
--     mentor_id uuid
-- )

-- view convene.notices (
--     organization text,
--     created_at timestamp with time zone,
--     user_name text,
--     kind text,
--     title text,
--     message text,
--     read_at timestamp with time zone,
--     booking_id uuid,
--     user_id uuid,
--     notice_id uuid
-- )

-- view convene.office_hours_bookings (
--     org_id integer,
--     id uuid,
--     status text,
--     mentor_id uuid,
--     mentee_id uuid,
--     time_slot_id uuid,
--     start_time timestamp with time zone,
--     end_time timestamp with time zone,
--     meeting_goal text,
--     meeting_type text,
--     location text,
--     created_at timestamp with time zone
-- )

-- view convene.overrides_waiting (
--     organization text,
--     age interval,
--     expires_at timestamp with time zone,
--     mentee_name text,
--     mentee_email text,
--     mentee_tier text,
--     mentor_name text,
--     mentor_tier text,
--     reason text,
--     created_at timestamp with time zone,
--     request_id uuid
-- )

-- view convene.pending_requests (
--     organization text,
--     age interval,
--     expires_at timestamp with time zone,
--     start_time timestamp with time zone,
--     mentor_name text,
--     mentor_email text,
--     mentee_name text,
--     mentee_email text,
--     meeting_goal text,
--     created_at timestamp with time zone,
--     booking_id uuid
-- )

-- view convene.rotation_shares (
--     organization text,
--     team text,
--     event_type text,
--     member_name text,
--     meetings bigint,
--     share double precision,
--     weight integer,
--     expected_share double precision,
--     last_assigned_at timestamp with time zone,
--     event_type_id uuid,
--     user_id uuid
-- )

-- view convene.team_booking_assignments (
--     org_id integer,
--     booking_id uuid,
--     team_id uuid,
--     event_type_id uuid,
--     host_id uuid,
--     assigned_at timestamp with time zone,
--     reason text,
--     rotation jsonb,
--     status text,
--     booking_status text,
--     start_time timestamp with time zone,
--     end_time timestamp with time zone
-- )

-- view convene.tier_distribution (
--     organization text,
--     role text,
--     tier text,
--     users bigint,
--     share numeric,
--     average_score numeric,
--     dormant bigint
-- )

-- view convene.todays_bookings (
--     organization text,
--     start_time timestamp with time zone,
--     end_time timestamp with time zone,
--     local_start timestamp without time zone,
--     status text,
--     mentor_name text,
--     mentor_email text,
--     mentee_name text,
--     mentee_email text,
--     meeting_type text,
--     location text,
--     booking_id uuid
-- )
