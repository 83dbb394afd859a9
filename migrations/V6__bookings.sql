-- Bookings of every kind: a meeting, the people in it, its history, and what follows from it. One model serves office hours,
-- event types and whatever comes: a booking has a source, hosts and attendees, and perhaps seats.

CREATE TABLE convene.bookings (
    org_id              integer NOT NULL,
    id                  uuid NOT NULL,
    status              text NOT NULL,
    time_slot_id        uuid,
    event_type_id       uuid,
    team_id             uuid,
    series_id           uuid,
    series_position     integer,
    start_time          timestamptz NOT NULL,
    end_time            timestamptz NOT NULL,
    meeting_type        text NOT NULL,
    location            text,
    conference_url      text,
    capacity            integer NOT NULL DEFAULT 1,
    held_until          timestamptz,
    lapses_at           timestamptz,
    requested_at        timestamptz,
    responded_at        timestamptz,
    confirmed_at        timestamptz,
    canceled_at         timestamptz,
    canceled_by         uuid,
    canceled_as         text,
    cancellation_reason text,
    cancellation_notes  text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, time_slot_id) REFERENCES convene.time_slots (org_id, id),
    FOREIGN KEY (org_id, event_type_id) REFERENCES convene.event_types (org_id, id),
    FOREIGN KEY (org_id, team_id) REFERENCES convene.teams (org_id, id),
    FOREIGN KEY (org_id, canceled_by) REFERENCES convene.users (org_id, id),
    CONSTRAINT bookings_status_known CHECK (status IN ('held', 'pending', 'confirmed', 'completed', 'no_show', 'canceled', 'declined', 'expired')),
    CONSTRAINT bookings_one_source CHECK (num_nonnulls(time_slot_id, event_type_id) = 1),
    CONSTRAINT bookings_team_has_event_type CHECK (team_id IS NULL OR event_type_id IS NOT NULL),
    CONSTRAINT bookings_series_position CHECK ((series_id IS NULL) = (series_position IS NULL) AND series_position >= 1),
    CONSTRAINT bookings_times_order CHECK (end_time > start_time),
    CONSTRAINT bookings_meeting_type_known CHECK (meeting_type IN ('online', 'in_person_preset', 'in_person_custom', 'phone', 'link')),
    CONSTRAINT bookings_capacity_range CHECK (capacity BETWEEN 1 AND 1000),
    CONSTRAINT bookings_held_says_until CHECK ((status = 'held') = (held_until IS NOT NULL)),
    CONSTRAINT bookings_waiting_lapses CHECK ((status IN ('held', 'pending')) = (lapses_at IS NOT NULL)),
    CONSTRAINT bookings_canceled_says_when CHECK ((status = 'canceled') = (canceled_at IS NOT NULL)),
    CONSTRAINT bookings_canceled_says_who CHECK ((canceled_at IS NULL) = (canceled_as IS NULL) AND (canceled_by IS NULL OR canceled_as IS NOT NULL)),
    CONSTRAINT bookings_canceled_as_known CHECK (canceled_as IN ('host', 'attendee', 'staff', 'system'))
) WITH (fillfactor = 90);
COMMENT ON TABLE convene.bookings IS 'A meeting. Its id stays the same through every move';
COMMENT ON COLUMN convene.bookings.org_id IS 'Tenant';
COMMENT ON COLUMN convene.bookings.id IS 'UUIDv7';
COMMENT ON COLUMN convene.bookings.status IS 'held, pending, confirmed; or, for ever: completed, no_show (unless staff correct the one to the other), canceled, declined, expired';
COMMENT ON COLUMN convene.bookings.time_slot_id IS 'Its source in office hours: the slot it takes, or took last';
COMMENT ON COLUMN convene.bookings.event_type_id IS 'Its source elsewhere: the event type';
COMMENT ON COLUMN convene.bookings.team_id IS 'The team whose members host it, for a team''s event type';
COMMENT ON COLUMN convene.bookings.series_id IS 'The same for all meetings that were booked together as a series; NULL for a single one';
COMMENT ON COLUMN convene.bookings.series_position IS 'Its number in the series, from 1';
COMMENT ON COLUMN convene.bookings.start_time IS 'First instant of the meeting';
COMMENT ON COLUMN convene.bookings.end_time IS 'First instant after the meeting';
COMMENT ON COLUMN convene.bookings.meeting_type IS 'online, in_person_preset, in_person_custom, phone or link';
COMMENT ON COLUMN convene.bookings.location IS 'The place of a meeting in person, the number to call, or the host''s own address to meet at';
COMMENT ON COLUMN convene.bookings.conference_url IS 'Where to meet online; NULL until the provider has made it';
COMMENT ON COLUMN convene.bookings.capacity IS 'Seats for attendees; 1 unless it is a meeting for several';
COMMENT ON COLUMN convene.bookings.held_until IS 'When a hold lapses, unless it is finalized; exactly when status is held';
COMMENT ON COLUMN convene.bookings.lapses_at IS 'When it ends by itself: a hold at held_until, a request after the days that the organization gives, and in any case at its start. Exactly when status is held or pending';
COMMENT ON COLUMN convene.bookings.requested_at IS 'When the host was asked to confirm; NULL when no confirmation was needed';
COMMENT ON COLUMN convene.bookings.responded_at IS 'When the host confirmed or declined';
COMMENT ON COLUMN convene.bookings.confirmed_at IS 'When it became certain; kept when canceled later';
COMMENT ON COLUMN convene.bookings.canceled_at IS 'When it was canceled';
COMMENT ON COLUMN convene.bookings.canceled_by IS 'Which user canceled; NULL for a guest or the system';
COMMENT ON COLUMN convene.bookings.canceled_as IS 'As what they canceled: host, attendee, staff or system';
COMMENT ON COLUMN convene.bookings.cancellation_reason IS 'emergency, reschedule or other; or, for a declined request, the host''s reason';
COMMENT ON COLUMN convene.bookings.cancellation_notes IS 'What they added';
COMMENT ON COLUMN convene.bookings.created_at IS 'When it was booked';
COMMENT ON COLUMN convene.bookings.updated_at IS 'When the row was last changed';
CREATE INDEX bookings_start_idx ON convene.bookings (org_id, start_time, id);
CREATE INDEX bookings_status_idx ON convene.bookings (org_id, status, start_time, id);
CREATE INDEX bookings_slot_idx ON convene.bookings (org_id, time_slot_id) WHERE time_slot_id IS NOT NULL;
CREATE INDEX bookings_event_type_idx ON convene.bookings (org_id, event_type_id, start_time) WHERE event_type_id IS NOT NULL;
CREATE INDEX bookings_team_idx ON convene.bookings (org_id, team_id, start_time) WHERE team_id IS NOT NULL;
CREATE INDEX bookings_series_idx ON convene.bookings (org_id, series_id, series_position) WHERE series_id IS NOT NULL;
CREATE INDEX bookings_canceled_by_idx ON convene.bookings (org_id, canceled_by) WHERE canceled_by IS NOT NULL;
CREATE INDEX bookings_confirmed_idx ON convene.bookings (end_time) WHERE status = 'confirmed';
CREATE INDEX bookings_lapses_idx ON convene.bookings (lapses_at) WHERE lapses_at IS NOT NULL;

ALTER TABLE convene.time_slots
    ADD CONSTRAINT time_slots_booking_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id);

CREATE TABLE convene.booking_guests (
    org_id      integer NOT NULL,
    id          uuid NOT NULL,
    booking_id  uuid NOT NULL,
    key_id      text NOT NULL,
    contact     bytea NOT NULL,
    email_index bytea NOT NULL,
    time_zone   convene.iana_zone NOT NULL DEFAULT 'UTC',
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    -- A guest is written before the booking, whose participant they are.
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT booking_guests_index_is_hmac CHECK (octet_length(email_index) = 32)
);
COMMENT ON TABLE convene.booking_guests IS 'Participants without an account. What is known of them is sealed by the service: the database cannot read it';
COMMENT ON COLUMN convene.booking_guests.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_guests.id IS 'UUIDv7';
COMMENT ON COLUMN convene.booking_guests.booking_id IS 'The booking they take part in';
COMMENT ON COLUMN convene.booking_guests.key_id IS 'Which of the service''s keys sealed the contact';
COMMENT ON COLUMN convene.booking_guests.contact IS 'Name, email, company and phone, sealed by the service (AES-256-GCM)';
COMMENT ON COLUMN convene.booking_guests.email_index IS 'HMAC-SHA-256 of the email address: bookings are found by it, and nothing is learnt from it';
COMMENT ON COLUMN convene.booking_guests.time_zone IS 'IANA zone in which messages to the guest show times';
COMMENT ON COLUMN convene.booking_guests.created_at IS 'When the row was made';
CREATE INDEX booking_guests_booking_idx ON convene.booking_guests (org_id, booking_id);
CREATE INDEX booking_guests_email_idx ON convene.booking_guests (org_id, email_index);

CREATE TABLE convene.booking_participants (
    org_id         integer NOT NULL,
    booking_id     uuid NOT NULL,
    position       integer NOT NULL,
    role           text NOT NULL,
    user_id        uuid,
    guest_id       uuid,
    status         text NOT NULL DEFAULT 'active',
    seat           integer,
    meeting_goal   text,
    materials_urls text[] NOT NULL DEFAULT '{}',
    answers        jsonb NOT NULL DEFAULT '{}',
    start_time     timestamptz NOT NULL,
    blocked        tstzrange NOT NULL,
    active         boolean NOT NULL DEFAULT true,
    lapses_at      timestamptz,
    absence_claimed_by  uuid,
    absence_disputed_at timestamptz,
    PRIMARY KEY (org_id, booking_id, position),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, absence_claimed_by) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, guest_id) REFERENCES convene.booking_guests (org_id, id),
    CONSTRAINT booking_participants_position_range CHECK (position >= 1),
    CONSTRAINT booking_participants_role_known CHECK (role IN ('host', 'attendee')),
    CONSTRAINT booking_participants_one_person CHECK (num_nonnulls(user_id, guest_id) = 1),
    CONSTRAINT booking_participants_status_known CHECK (status IN ('active', 'waitlisted', 'left', 'absent')),
    CONSTRAINT booking_participants_seat_fits CHECK (seat >= 1 AND (seat IS NULL OR role = 'attendee')),
    CONSTRAINT booking_participants_attendee_is_seated CHECK (role = 'host' OR seat IS NOT NULL OR status IN ('waitlisted', 'left')),
    CONSTRAINT booking_participants_active_takes_part CHECK (NOT active OR status IN ('active', 'absent')),
    CONSTRAINT booking_participants_absence_is_claimed CHECK ((status = 'absent') = (absence_claimed_by IS NOT NULL)),
    CONSTRAINT booking_participants_absence_disputed CHECK (absence_disputed_at IS NULL OR status = 'absent'),
    CONSTRAINT booking_participants_blocked_bounded CHECK (NOT isempty(blocked) AND NOT lower_inf(blocked) AND NOT upper_inf(blocked)),
    CONSTRAINT booking_participants_never_overlap
        EXCLUDE USING gist (org_id WITH =, user_id WITH =, blocked WITH &&) WHERE (active)
);
COMMENT ON TABLE convene.booking_participants IS 'The people in a booking, and whose time it takes. The exclusion constraint makes a double booking impossible, whatever wrote the row. A row is never given to another person: who is replaced has left, and the next is a new row';
COMMENT ON COLUMN convene.booking_participants.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_participants.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_participants.position IS 'Number of the row within the booking, from 1, in the order in which people came';
COMMENT ON COLUMN convene.booking_participants.role IS 'host or attendee; in office hours the mentor hosts and the mentee attends';
COMMENT ON COLUMN convene.booking_participants.user_id IS 'Who, if they have an account';
COMMENT ON COLUMN convene.booking_participants.guest_id IS 'Who, if they have none';
COMMENT ON COLUMN convene.booking_participants.status IS 'active; waitlisted, without a seat yet; left, or replaced by another; absent, did not come';
COMMENT ON COLUMN convene.booking_participants.seat IS 'Number of the attendee''s seat, 1 to the booking''s capacity; NULL for hosts and on the waitlist';
COMMENT ON COLUMN convene.booking_participants.meeting_goal IS 'What the attendee wants from the meeting';
COMMENT ON COLUMN convene.booking_participants.materials_urls IS 'http(s) addresses of things to read before';
COMMENT ON COLUMN convene.booking_participants.answers IS 'What the attendee answered to the event type''s questions';
COMMENT ON COLUMN convene.booking_participants.start_time IS 'The booking''s, copied so that one index serves a person''s bookings';
COMMENT ON COLUMN convene.booking_participants.blocked IS 'The time taken, [start, end), with the booking''s own buffers';
COMMENT ON COLUMN convene.booking_participants.active IS 'Whether the time is taken: false once the booking is canceled, declined or expired, or the person has left';
COMMENT ON COLUMN convene.booking_participants.lapses_at IS 'The booking''s, copied so that what lapsed is known where the time is looked at';
COMMENT ON COLUMN convene.booking_participants.absence_claimed_by IS 'Who says that they did not come; exactly when status is absent';
COMMENT ON COLUMN convene.booking_participants.absence_disputed_at IS 'When they said that they did come; until staff decide, the absence does not count';
CREATE INDEX booking_participants_absence_idx ON convene.booking_participants (org_id, absence_claimed_by) WHERE absence_claimed_by IS NOT NULL;
CREATE INDEX booking_participants_user_idx ON convene.booking_participants (org_id, user_id, start_time, booking_id) WHERE user_id IS NOT NULL;
CREATE INDEX booking_participants_guest_idx ON convene.booking_participants (org_id, guest_id) WHERE guest_id IS NOT NULL;
-- A seat is taken once. A seat that somebody left is free again.
CREATE UNIQUE INDEX booking_participants_seat_key ON convene.booking_participants (org_id, booking_id, seat) WHERE seat IS NOT NULL AND status <> 'left';

-- Seat numbers end at the capacity. Looked at only where a booking has several seats.
CREATE FUNCTION convene.check_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    IF NEW.seat > (
        SELECT b.capacity FROM convene.bookings b WHERE b.org_id = NEW.org_id AND b.id = NEW.booking_id FOR SHARE
    ) THEN
        RAISE check_violation USING
            MESSAGE = pg_catalog.format('the booking has no seat %s', NEW.seat),
            CONSTRAINT = 'booking_participants_seat_exists', SCHEMA = 'convene', TABLE = 'booking_participants';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION convene.check_seat() IS 'Trigger: a seat''s number is at most the booking''s capacity';
CREATE TRIGGER booking_participants_seat_exists AFTER INSERT OR UPDATE OF seat, status ON convene.booking_participants
    FOR EACH ROW WHEN (NEW.seat > 1 AND NEW.status <> 'left') EXECUTE FUNCTION convene.check_seat();
CREATE FUNCTION convene.check_capacity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM convene.booking_participants p
        WHERE p.org_id = NEW.org_id AND p.booking_id = NEW.id AND p.seat > NEW.capacity AND p.status <> 'left'
    ) THEN
        RAISE check_violation USING
            MESSAGE = 'a seat beyond that capacity is taken',
            CONSTRAINT = 'bookings_capacity_seats_everybody', SCHEMA = 'convene', TABLE = 'bookings';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION convene.check_capacity() IS 'Trigger: a booking''s capacity is not less than the seats that are taken';
CREATE TRIGGER bookings_capacity_seats_everybody AFTER UPDATE OF capacity ON convene.bookings
    FOR EACH ROW WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION convene.check_capacity();

CREATE TABLE convene.booking_action_tokens (
    org_id     integer NOT NULL,
    booking_id uuid NOT NULL,
    position   integer NOT NULL,
    purpose    text NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, booking_id, position, purpose),
    FOREIGN KEY (org_id, booking_id, position) REFERENCES convene.booking_participants (org_id, booking_id, position) ON DELETE CASCADE,
    CONSTRAINT booking_action_tokens_token_key UNIQUE (token_hash),
    CONSTRAINT booking_action_tokens_token_is_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT booking_action_tokens_purpose_known CHECK (purpose IN ('view', 'cancel', 'reschedule', 'erase'))
);
COMMENT ON TABLE convene.booking_action_tokens IS 'What lets a participant without an account see, cancel or move their booking: one token a purpose. A new one replaces the one before';
COMMENT ON COLUMN convene.booking_action_tokens.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_action_tokens.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_action_tokens.position IS 'Which of its participants';
COMMENT ON COLUMN convene.booking_action_tokens.purpose IS 'The one thing it is good for: view, cancel, reschedule, or erase (export and erase one''s own data)';
COMMENT ON COLUMN convene.booking_action_tokens.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN convene.booking_action_tokens.expires_at IS 'When it stops working';
COMMENT ON COLUMN convene.booking_action_tokens.created_at IS 'When it was made';

CREATE TABLE convene.booking_events (
    org_id         integer NOT NULL,
    seq            bigint GENERATED ALWAYS AS IDENTITY,
    booking_id     uuid NOT NULL,
    event          text NOT NULL,
    actor_id       uuid,
    actor_guest_id uuid,
    acted_as       text NOT NULL,
    from_status    text,
    to_status      text NOT NULL,
    start_time     timestamptz NOT NULL,
    end_time       timestamptz NOT NULL,
    meeting_type   text NOT NULL,
    location       text,
    conference_url text,
    hosts          uuid[] NOT NULL,
    attendees      uuid[] NOT NULL,
    guests         uuid[] NOT NULL DEFAULT '{}',
    words          text,
    facts          jsonb NOT NULL DEFAULT '{}',
    occurred_at    timestamptz NOT NULL DEFAULT now(),
    dispatched_at  timestamptz,
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_events_event_known CHECK (event IN ('created', 'held', 'finalized', 'confirmed', 'declined', 'canceled', 'rescheduled', 'reassigned', 'joined', 'left', 'link_changed', 'completed', 'no_show', 'no_show_disputed', 'no_show_corrected', 'expired', 'rated')),
    CONSTRAINT booking_events_acted_as_known CHECK (acted_as IN ('host', 'attendee', 'staff', 'system')),
    CONSTRAINT booking_events_system_is_nobody CHECK (acted_as <> 'system' OR num_nonnulls(actor_id, actor_guest_id) = 0),
    CONSTRAINT booking_events_one_actor CHECK (num_nonnulls(actor_id, actor_guest_id) <= 1)
);
COMMENT ON TABLE convene.booking_events IS 'The history of bookings and the outbox: what each owes the outside world is fanned out from here. Rows are only added. An event stands alone: it says how the booking was after it, whatever happened since';
COMMENT ON COLUMN convene.booking_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_events.seq IS 'Order of events';
COMMENT ON COLUMN convene.booking_events.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_events.event IS 'created, held, finalized, confirmed, declined, canceled, rescheduled, reassigned, joined, left, link_changed, completed, no_show, no_show_disputed, no_show_corrected, expired or rated';
COMMENT ON COLUMN convene.booking_events.actor_id IS 'Which user did it; NULL for a guest or the system';
COMMENT ON COLUMN convene.booking_events.actor_guest_id IS 'Which guest did it; NULL for a user or the system';
COMMENT ON COLUMN convene.booking_events.acted_as IS 'As what they did it: host, attendee, staff or system';
COMMENT ON COLUMN convene.booking_events.from_status IS 'Status before; NULL at creation';
COMMENT ON COLUMN convene.booking_events.to_status IS 'Status after';
COMMENT ON COLUMN convene.booking_events.start_time IS 'When the meeting started, after this event';
COMMENT ON COLUMN convene.booking_events.end_time IS 'When it ended, after this event';
COMMENT ON COLUMN convene.booking_events.meeting_type IS 'online, in_person_preset or in_person_custom, after this event';
COMMENT ON COLUMN convene.booking_events.location IS 'The place, after this event';
COMMENT ON COLUMN convene.booking_events.conference_url IS 'Where to meet online, after this event';
COMMENT ON COLUMN convene.booking_events.hosts IS 'Ids of the users who hosted, after this event';
COMMENT ON COLUMN convene.booking_events.attendees IS 'Ids of the users who attended, after this event, in the order of their seats';
COMMENT ON COLUMN convene.booking_events.guests IS 'Ids of the guests who attended, after this event, in the order of their seats';
COMMENT ON COLUMN convene.booking_events.words IS 'What the actor wrote about it, at most 2,000 characters';
COMMENT ON COLUMN convene.booking_events.facts IS 'What else happened: late and reason of a cancellation; from_start, from_end, from_slot, to_slot and from_hosts of a move; who was absent; rating; the mentee''s tier and weekly limit when it was booked or moved';
COMMENT ON COLUMN convene.booking_events.occurred_at IS 'When';
COMMENT ON COLUMN convene.booking_events.dispatched_at IS 'When its consequences were fanned out; NULL while owed';
CREATE INDEX booking_events_booking_idx ON convene.booking_events (org_id, booking_id, seq);
CREATE INDEX booking_events_owed_idx ON convene.booking_events (seq) WHERE dispatched_at IS NULL;
-- Of holds, how many were made in a time, and what became of them.
CREATE INDEX booking_events_held_idx ON convene.booking_events (org_id, occurred_at, booking_id) WHERE event = 'held';
CREATE INDEX booking_events_staff_idx ON convene.booking_events (org_id, occurred_at, seq) WHERE acted_as = 'staff';
-- What one of the staff did, and what any of them did of a kind. Everybody else acts in meetings that they take part in.
CREATE INDEX booking_events_actor_idx ON convene.booking_events (org_id, actor_id, occurred_at, seq) WHERE acted_as = 'staff';
CREATE INDEX booking_events_kind_idx ON convene.booking_events (org_id, event, occurred_at, seq) WHERE acted_as = 'staff';

CREATE TABLE convene.ratings (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    booking_id uuid NOT NULL,
    rater_id   uuid NOT NULL,
    ratee_id   uuid NOT NULL,
    rating     smallint NOT NULL,
    comment    text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, rater_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, ratee_id) REFERENCES convene.users (org_id, id),
    CONSTRAINT ratings_once_each UNIQUE (org_id, booking_id, rater_id),
    CONSTRAINT ratings_range CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT ratings_of_the_other CHECK (rater_id <> ratee_id),
    CONSTRAINT ratings_comment_length CHECK (char_length(comment) <= 2000)
);
COMMENT ON TABLE convene.ratings IS 'What one participant of a completed booking thought of the other';
COMMENT ON COLUMN convene.ratings.org_id IS 'Tenant';
COMMENT ON COLUMN convene.ratings.id IS 'UUIDv7';
COMMENT ON COLUMN convene.ratings.booking_id IS 'The booking';
COMMENT ON COLUMN convene.ratings.rater_id IS 'Who rated';
COMMENT ON COLUMN convene.ratings.ratee_id IS 'Who was rated';
COMMENT ON COLUMN convene.ratings.rating IS '1 to 5';
COMMENT ON COLUMN convene.ratings.comment IS 'In words, at most 2,000 characters';
COMMENT ON COLUMN convene.ratings.created_at IS 'When';
CREATE INDEX ratings_ratee_idx ON convene.ratings (org_id, ratee_id, created_at, id) INCLUDE (rating);
CREATE INDEX ratings_rater_idx ON convene.ratings (org_id, rater_id, created_at, id);

CREATE TABLE convene.reputation_penalties (
    org_id     integer NOT NULL,
    id         uuid NOT NULL,
    user_id    uuid NOT NULL,
    booking_id uuid NOT NULL,
    kind       text NOT NULL,
    amount     double precision NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    CONSTRAINT reputation_penalties_kind_known CHECK (kind IN ('late_cancellation')),
    CONSTRAINT reputation_penalties_amount_range CHECK (amount BETWEEN 0 AND 5)
);
COMMENT ON TABLE convene.reputation_penalties IS 'Points taken off a user''s reputation until they expire';
COMMENT ON COLUMN convene.reputation_penalties.org_id IS 'Tenant';
COMMENT ON COLUMN convene.reputation_penalties.id IS 'UUIDv7';
COMMENT ON COLUMN convene.reputation_penalties.user_id IS 'Whose reputation';
COMMENT ON COLUMN convene.reputation_penalties.booking_id IS 'Because of which booking';
COMMENT ON COLUMN convene.reputation_penalties.kind IS 'late_cancellation';
COMMENT ON COLUMN convene.reputation_penalties.amount IS 'Points, 0 to 5';
COMMENT ON COLUMN convene.reputation_penalties.created_at IS 'When';
COMMENT ON COLUMN convene.reputation_penalties.expires_at IS 'Until when it counts';
CREATE INDEX reputation_penalties_user_idx ON convene.reputation_penalties (org_id, user_id, expires_at);
CREATE INDEX reputation_penalties_booking_idx ON convene.reputation_penalties (org_id, booking_id);

CREATE TABLE convene.notification_log (
    org_id           integer NOT NULL,
    id               uuid NOT NULL,
    user_id          uuid NOT NULL,
    kind             text NOT NULL,
    booking_id       uuid,
    event_seq        bigint,
    facts            jsonb NOT NULL DEFAULT '{}',
    delivery_channel text NOT NULL DEFAULT 'both',
    created_at       timestamptz NOT NULL DEFAULT now(),
    read_at          timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, event_seq) REFERENCES convene.booking_events (org_id, seq) ON DELETE CASCADE,
    CONSTRAINT notification_log_event_of_booking CHECK ((booking_id IS NULL) = (event_seq IS NULL)),
    CONSTRAINT notification_log_channel_known CHECK (delivery_channel IN ('in_app', 'email', 'both'))
);
COMMENT ON TABLE convene.notification_log IS 'Who is told of what: a kind and facts. The text is made when it is read (view convene.notices), in the reader''s zone';
COMMENT ON COLUMN convene.notification_log.org_id IS 'Tenant';
COMMENT ON COLUMN convene.notification_log.id IS 'UUIDv7';
COMMENT ON COLUMN convene.notification_log.user_id IS 'Who is told';
COMMENT ON COLUMN convene.notification_log.kind IS 'booking_created, booking_canceled, tier_override_rejected, … (docs/messages.md)';
COMMENT ON COLUMN convene.notification_log.booking_id IS 'The booking, for a notice about one';
COMMENT ON COLUMN convene.notification_log.event_seq IS 'The event of its history that the notice tells';
COMMENT ON COLUMN convene.notification_log.facts IS 'What the notice says beside that; people by id, never by name';
COMMENT ON COLUMN convene.notification_log.delivery_channel IS 'in_app, email or both';
COMMENT ON COLUMN convene.notification_log.created_at IS 'When';
COMMENT ON COLUMN convene.notification_log.read_at IS 'When the user saw it';
CREATE INDEX notification_log_user_idx ON convene.notification_log (org_id, user_id, created_at);
CREATE INDEX notification_log_event_idx ON convene.notification_log (org_id, event_seq) WHERE event_seq IS NOT NULL;
