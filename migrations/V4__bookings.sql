-- Bookings of every kind, whose time they take, their history, and what follows from them.

CREATE TABLE convene.tier_override_requests (
    org_id       integer NOT NULL,
    id           uuid NOT NULL DEFAULT gen_random_uuid(),
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

CREATE TABLE convene.bookings (
    org_id              integer NOT NULL,
    id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    status              text NOT NULL,
    mentor_id           uuid NOT NULL,
    mentee_id           uuid NOT NULL,
    time_slot_id        uuid NOT NULL,
    start_time          timestamptz NOT NULL,
    end_time            timestamptz NOT NULL,
    meeting_goal        text NOT NULL,
    materials_urls      text[] NOT NULL DEFAULT '{}',
    meeting_type        text NOT NULL,
    location            text,
    requested_at        timestamptz,
    responded_at        timestamptz,
    confirmed_at        timestamptz,
    canceled_at         timestamptz,
    canceled_by         uuid,
    cancellation_reason text,
    cancellation_notes  text,
    no_show_user_id     uuid,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, mentor_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, mentee_id) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, time_slot_id) REFERENCES convene.time_slots (org_id, id),
    FOREIGN KEY (org_id, canceled_by) REFERENCES convene.users (org_id, id),
    FOREIGN KEY (org_id, no_show_user_id) REFERENCES convene.users (org_id, id),
    CONSTRAINT bookings_status_known CHECK (status IN ('held', 'pending', 'confirmed', 'completed', 'no_show', 'canceled', 'declined', 'expired')),
    CONSTRAINT bookings_times_order CHECK (end_time > start_time),
    CONSTRAINT bookings_meeting_type_known CHECK (meeting_type IN ('online', 'in_person_preset', 'in_person_custom')),
    CONSTRAINT bookings_two_people CHECK (mentor_id <> mentee_id),
    CONSTRAINT bookings_canceled_says_when CHECK ((status = 'canceled') = (canceled_at IS NOT NULL)),
    CONSTRAINT bookings_no_show_says_who CHECK ((status = 'no_show') = (no_show_user_id IS NOT NULL))
) WITH (fillfactor = 90);
COMMENT ON TABLE convene.bookings IS 'A meeting somebody booked. Its id stays the same through a reschedule';
COMMENT ON COLUMN convene.bookings.org_id IS 'Tenant';
COMMENT ON COLUMN convene.bookings.id IS 'UUIDv7';
COMMENT ON COLUMN convene.bookings.status IS 'held, pending, confirmed; or, for ever: completed, no_show, canceled, declined, expired';
COMMENT ON COLUMN convene.bookings.mentor_id IS 'The host';
COMMENT ON COLUMN convene.bookings.mentee_id IS 'Who booked';
COMMENT ON COLUMN convene.bookings.time_slot_id IS 'The slot it takes, or took last';
COMMENT ON COLUMN convene.bookings.start_time IS 'First instant of the meeting';
COMMENT ON COLUMN convene.bookings.end_time IS 'First instant after the meeting';
COMMENT ON COLUMN convene.bookings.meeting_goal IS 'What the mentee wants from it';
COMMENT ON COLUMN convene.bookings.materials_urls IS 'http(s) addresses of things to read before';
COMMENT ON COLUMN convene.bookings.meeting_type IS 'online, in_person_preset or in_person_custom';
COMMENT ON COLUMN convene.bookings.location IS 'The place, for meetings in person';
COMMENT ON COLUMN convene.bookings.requested_at IS 'When the mentor was asked to confirm; NULL when no confirmation was needed';
COMMENT ON COLUMN convene.bookings.responded_at IS 'When the mentor confirmed or declined';
COMMENT ON COLUMN convene.bookings.confirmed_at IS 'When it became certain; kept when canceled later';
COMMENT ON COLUMN convene.bookings.canceled_at IS 'When it was canceled';
COMMENT ON COLUMN convene.bookings.canceled_by IS 'Who canceled';
COMMENT ON COLUMN convene.bookings.cancellation_reason IS 'emergency, reschedule or other; or, for a declined request, the mentor''s reason';
COMMENT ON COLUMN convene.bookings.cancellation_notes IS 'What they added';
COMMENT ON COLUMN convene.bookings.no_show_user_id IS 'Which participant did not come';
COMMENT ON COLUMN convene.bookings.created_at IS 'When it was booked';
COMMENT ON COLUMN convene.bookings.updated_at IS 'When the row was last changed';
CREATE INDEX bookings_mentee_idx ON convene.bookings (org_id, mentee_id, start_time, id);
CREATE INDEX bookings_mentor_idx ON convene.bookings (org_id, mentor_id, start_time, id);
CREATE INDEX bookings_start_idx ON convene.bookings (org_id, start_time, id);
CREATE INDEX bookings_slot_idx ON convene.bookings (org_id, time_slot_id);
CREATE INDEX bookings_canceled_by_idx ON convene.bookings (org_id, canceled_by) WHERE canceled_by IS NOT NULL;
CREATE INDEX bookings_no_show_idx ON convene.bookings (org_id, no_show_user_id) WHERE no_show_user_id IS NOT NULL;
CREATE INDEX bookings_pending_idx ON convene.bookings (created_at) WHERE status = 'pending';
CREATE INDEX bookings_confirmed_idx ON convene.bookings (end_time) WHERE status = 'confirmed';

ALTER TABLE convene.time_slots
    ADD CONSTRAINT time_slots_booking_fkey FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id);

CREATE TABLE convene.booking_participants (
    org_id     integer NOT NULL,
    booking_id uuid NOT NULL,
    user_id    uuid NOT NULL,
    role       text NOT NULL,
    blocked    tstzrange NOT NULL,
    active     boolean NOT NULL DEFAULT true,
    PRIMARY KEY (org_id, booking_id, user_id),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id),
    CONSTRAINT booking_participants_role_known CHECK (role IN ('mentor', 'mentee')),
    CONSTRAINT booking_participants_blocked_bounded CHECK (NOT isempty(blocked) AND NOT lower_inf(blocked) AND NOT upper_inf(blocked)),
    CONSTRAINT booking_participants_never_overlap
        EXCLUDE USING gist (org_id WITH =, user_id WITH =, blocked WITH &&) WHERE (active)
);
COMMENT ON TABLE convene.booking_participants IS 'Whose time a booking takes. The exclusion constraint makes a double booking impossible, whatever wrote the row';
COMMENT ON COLUMN convene.booking_participants.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_participants.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_participants.user_id IS 'Whose time';
COMMENT ON COLUMN convene.booking_participants.role IS 'mentor or mentee';
COMMENT ON COLUMN convene.booking_participants.blocked IS 'The time taken, [start, end), with the booking''s own buffers';
COMMENT ON COLUMN convene.booking_participants.active IS 'False once canceled, declined or expired: the time is free again';
CREATE INDEX booking_participants_user_idx ON convene.booking_participants (org_id, user_id);

CREATE TABLE convene.booking_events (
    org_id        integer NOT NULL,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    booking_id    uuid NOT NULL,
    actor_id      uuid,
    event         text NOT NULL,
    from_status   text,
    to_status     text NOT NULL,
    facts         jsonb NOT NULL DEFAULT '{}',
    occurred_at   timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz,
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, booking_id) REFERENCES convene.bookings (org_id, id) ON DELETE CASCADE,
    CONSTRAINT booking_events_event_known CHECK (event IN ('created', 'confirmed', 'declined', 'canceled', 'rescheduled', 'completed', 'no_show', 'expired', 'rated'))
);
COMMENT ON TABLE convene.booking_events IS 'The history of bookings and the outbox: what each owes the outside world is fanned out from here';
COMMENT ON COLUMN convene.booking_events.org_id IS 'Tenant';
COMMENT ON COLUMN convene.booking_events.seq IS 'Order of events';
COMMENT ON COLUMN convene.booking_events.booking_id IS 'The booking';
COMMENT ON COLUMN convene.booking_events.actor_id IS 'Who did it; NULL for the clock';
COMMENT ON COLUMN convene.booking_events.event IS 'created, confirmed, declined, canceled, rescheduled, completed, no_show, expired or rated';
COMMENT ON COLUMN convene.booking_events.from_status IS 'Status before; NULL at creation';
COMMENT ON COLUMN convene.booking_events.to_status IS 'Status after';
COMMENT ON COLUMN convene.booking_events.facts IS 'What else happened: late cancellation, old and new times of a move, rating';
COMMENT ON COLUMN convene.booking_events.occurred_at IS 'When';
COMMENT ON COLUMN convene.booking_events.dispatched_at IS 'When its consequences were fanned out; NULL while owed';
CREATE INDEX booking_events_booking_idx ON convene.booking_events (org_id, booking_id, seq);
CREATE INDEX booking_events_owed_idx ON convene.booking_events (seq) WHERE dispatched_at IS NULL;

CREATE TABLE convene.ratings (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
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
CREATE INDEX ratings_ratee_idx ON convene.ratings (org_id, ratee_id) INCLUDE (rating);
CREATE INDEX ratings_rater_idx ON convene.ratings (org_id, rater_id);

CREATE TABLE convene.reputation_penalties (
    org_id     integer NOT NULL,
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
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
    id               uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id          uuid NOT NULL,
    type             text NOT NULL,
    title            text NOT NULL,
    message          text NOT NULL,
    delivery_channel text NOT NULL DEFAULT 'both',
    metadata         jsonb NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    read_at          timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES convene.users (org_id, id) ON DELETE CASCADE,
    CONSTRAINT notification_log_channel_known CHECK (delivery_channel IN ('in_app', 'email', 'both'))
);
COMMENT ON TABLE convene.notification_log IS 'What each user was told';
COMMENT ON COLUMN convene.notification_log.org_id IS 'Tenant';
COMMENT ON COLUMN convene.notification_log.id IS 'UUIDv7 or random';
COMMENT ON COLUMN convene.notification_log.user_id IS 'Who was told';
COMMENT ON COLUMN convene.notification_log.type IS 'booking_created, booking_canceled, tier_override_rejected, …';
COMMENT ON COLUMN convene.notification_log.title IS 'One line';
COMMENT ON COLUMN convene.notification_log.message IS 'The text, with times in the user''s zone';
COMMENT ON COLUMN convene.notification_log.delivery_channel IS 'in_app, email or both';
COMMENT ON COLUMN convene.notification_log.metadata IS 'Ids for programs';
COMMENT ON COLUMN convene.notification_log.created_at IS 'When';
COMMENT ON COLUMN convene.notification_log.read_at IS 'When the user saw it';
CREATE INDEX notification_log_user_idx ON convene.notification_log (org_id, user_id, created_at);
