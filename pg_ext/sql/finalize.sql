-- Comments, owner, settings and grants of the extension's functions. They are settled here, and not by whoever
-- installs, so that DROP EXTENSION and CREATE EXTENSION lose nothing.

COMMENT ON FUNCTION convene.create_booking_atomic(uuid, uuid, text, text[], text, boolean) IS
'Books a slot for a mentee, atomically (docs/rules.md). Returns the booking; replayed is true when the same idempotency key asked the same before.
p_meeting_goal: 10 to 2,000 characters unless the organization says otherwise. p_materials_urls: at most 10 http(s) addresses. p_idempotency_key: 1 to 255 printable characters, the mentee''s own. p_accept_stale: whether calendars that were read longer ago than the organization calls fresh will do; false is for the service, which reads them on CALENDARS_STALE and asks again.
Refuses, with the first that applies: USER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR, USER_INACTIVE, NOT_A_MENTEE, SLOT_NOT_FOUND, SLOT_IN_PAST, MINIMUM_NOTICE, SLOT_WITHDRAWN, MENTOR_NOT_AVAILABLE, SLOT_ALREADY_BOOKED, CALENDAR_NOT_CONNECTED, MENTOR_CALENDAR_NOT_CONNECTED, TIER_RESTRICTION, BOOKING_LIMIT_EXCEEDED, CALENDARS_STALE, CALENDAR_UNAVAILABLE, CALENDAR_CONFLICT, BOOKING_CONFLICT, MENTOR_CALENDAR_CONFLICT, MENTOR_BOOKING_CONFLICT.';
COMMENT ON FUNCTION convene.hold_slot(uuid, uuid, integer, text, boolean) IS
'Holds a slot for a mentee, by all checks of booking; its time is taken until the hold lapses or is finalized. p_minutes: 1 to 15. p_idempotency_key and p_accept_stale: as for create_booking_atomic. Returns the booking, held. Refuses as create_booking_atomic.';
COMMENT ON FUNCTION convene.finalize_booking(uuid, uuid, text, text[], text) IS
'Makes a booking of a hold: confirmed, or pending where the mentor''s block asks for confirmation. p_actor_id: who holds it, or staff. The other arguments: as for create_booking_atomic. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, HOLD_LAPSED, MEETING_STARTED, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.available_slots(uuid, timestamptz, timestamptz, integer, integer) IS
'The times of an event type that can be booked now, in order: exactly those that booking accepts. They start from p_from and before p_to, which lie at most 732 days apart. p_duration: one of the event type''s lengths, in minutes; NULL is its first. p_limit: 1 to 10,000; where there are as many, more may follow: go on from the last start. seats_left: of a meeting of several seats, how many are free. Times are a grid from the start of each window of the hosts'' hours. Of a team: when somebody is free (round_robin), or all required members are (collective). Refuses: EVENT_TYPE_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.explain_time(uuid, timestamptz, integer, uuid) IS
'Every reason why a time of an event type cannot be booked, by the checks of booking, in their order, with whose each is (attendee, host, or NULL for the time itself) and the host''s id; no row means bookable. Of a round robin, the reasons of every member, if nobody is free. p_duration: as for available_slots. p_actor_id, if given, must be a host of it or staff of the same organization. Refuses: EVENT_TYPE_NOT_FOUND, VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.book_event_type(uuid, uuid, timestamptz, integer, jsonb, integer, text, boolean) IS
'Books a time of an event type for a user, atomically. Of a team, its members share the meetings out (docs/teams.md). Where it has several seats and somebody booked that time before, the user takes a seat of that meeting. p_duration: one of the event type''s lengths, in minutes; NULL is its first. p_answers: by the keys of its questions. p_hold_minutes: 1 to 15 to hold it only; NULL books. p_idempotency_key and p_accept_stale: as for create_booking_atomic.
Refuses, with the first that applies: EVENT_TYPE_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, SLOT_IN_PAST, MINIMUM_NOTICE, START_NOT_OFFERED, EVENT_TYPE_NOT_BOOKABLE, OUTSIDE_HORIZON, OUTSIDE_HOURS, EVENT_TYPE_LIMIT_REACHED, CALENDARS_STALE, CALENDAR_UNAVAILABLE, CALENDAR_CONFLICT, BOOKING_CONFLICT, TIME_NOT_AVAILABLE, BOOKING_FULL, ALREADY_TAKES_PART.';
COMMENT ON FUNCTION convene.book_series(uuid, uuid, timestamptz, text, integer, boolean, integer, jsonb, text, boolean) IS
'Books meetings of an event type that come back, in one transaction: all of them, or, with p_leave_out, those that fit. They are at the same time by the clocks of the host''s schedule (of a team: of the organization). p_every: day, week, two_weeks or month (on the same day of the month; months that lack it are passed over). p_count: 2 to 52. Of a round robin, one member hosts them all. The others: as for book_event_type. Returns the bookings; they have the same series_id. Refuses as book_event_type before any meeting is looked at, and: SERIES_NOT_AVAILABLE, with the meetings that do not fit and why.';
COMMENT ON FUNCTION convene.book_event_type_as_guest(uuid, timestamptz, text, bytea, bytea, text, integer, jsonb, bytea, text, boolean) IS
'Books a time of an event type for somebody without an account. p_key_id, p_contact: who it is and what they answered, sealed by the service, at most 65,536 bytes. p_email_index: HMAC-SHA-256 of the email address. p_time_zone: an IANA name. p_answers: checked against the event type''s questions, and not stored. p_link_token_hash: SHA-256 of a private link''s token, which a private event type needs; a booking counts as a use. p_idempotency_key: the page''s own. The others: as for book_event_type. Refuses as book_event_type, and: INVALID_TIME_ZONE, PRIVATE_LINK_INVALID.';
COMMENT ON FUNCTION convene.hold_event_type(uuid, timestamptz, integer, integer, bytea, text, boolean) IS
'Holds a time of an event type, by all checks of booking, for whoever finalizes it; until then, or until it lapses, its hosts'' time is taken. p_minutes: 1 to 15. The others: as for book_event_type_as_guest. Returns the booking, held, without an attendee. Refuses as book_event_type_as_guest, and: NOT_JOINABLE, where it has several seats and somebody booked that time before.';
COMMENT ON FUNCTION convene.join_booking(uuid, uuid) IS
'A user takes the lowest free seat of a confirmed meeting. Refuses: USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND, NOT_JOINABLE, ALREADY_TAKES_PART, BOOKING_FULL, SLOT_IN_PAST, MINIMUM_NOTICE, CALENDAR_UNAVAILABLE, CALENDAR_CONFLICT, BOOKING_CONFLICT.';
COMMENT ON FUNCTION convene.join_booking_as_guest(integer, uuid, text, bytea, bytea, text) IS
'A guest takes the lowest free seat of a confirmed meeting. p_key_id, p_contact: who it is, sealed by the service. p_email_index: HMAC-SHA-256 of the email address. p_time_zone: an IANA name. Refuses: VALIDATION_ERROR, INVALID_TIME_ZONE, BOOKING_NOT_FOUND, NOT_JOINABLE, BOOKING_FULL, MEETING_STARTED.';
COMMENT ON FUNCTION convene.leave_booking(uuid, uuid, uuid) IS
'An attendee gives their seat in a meeting of several seats up; others may take it. p_user_id: whose seat, where staff do it for them. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, NOT_JOINABLE, MEETING_STARTED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.confirm_booking(uuid, uuid) IS
'The mentor, or staff for them, accepts a pending request. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED.';
COMMENT ON FUNCTION convene.decline_booking(uuid, uuid, text) IS
'The mentor, or staff for them, turns a pending request down; its slot is free at once. p_reason: at most 2,000 characters. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED.';
COMMENT ON FUNCTION convene.cancel_booking(uuid, uuid, text, text) IS
'A participant or staff cancels before the start; the slot is free at once, also for the same mentee. p_reason: emergency, reschedule or other. Within two hours of the start (organization policy) a participant who cancels is penalised, and so is one who moved it within them and cancels later. The same call once more changes nothing and returns the same. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED, HOLD_LAPSED.';
COMMENT ON FUNCTION convene.reschedule_booking(uuid, uuid, uuid, text, boolean) IS
'Moves a booking to another slot of its mentor; it keeps its id. All checks of booking but the tier run again. A mentee who moves to a slot that needs confirmation waits for it again. Refuses as create_booking_atomic, and: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED, SAME_SLOT, DIFFERENT_MENTOR.';
COMMENT ON FUNCTION convene.reassign_booking(uuid, uuid, uuid, text, text, boolean) IS
'Staff give a booking to another mentor, by moving it to a slot of theirs; it keeps its id. All checks of booking run again, the tier''s too: where it takes an approved override, that is used up. It waits for the new mentor where their block asks for confirmation. p_reason: at most 2,000 characters, told to all three. Refuses as create_booking_atomic, and: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED, SAME_SLOT.';
COMMENT ON FUNCTION convene.reassign_host(uuid, uuid, uuid, text, text, boolean) IS
'Gives a meeting that one member of a team hosts in turn to another of its members, at the same time; it keeps its id, and the turn goes with it. p_actor_id: its host, an owner of the team, or staff. p_to_user_id: one of the members who host the event type; NULL: the rotation chooses among the others who are free. The new host is asked by the checks of booking, but for notice, horizon and interval, which were for whoever booked. A request waits for the new host. p_reason: at most 2,000 characters. p_idempotency_key and p_accept_stale: as for create_booking_atomic. Refuses: VALIDATION_ERROR, IDEMPOTENCY_KEY_REUSED, USER_NOT_FOUND, USER_INACTIVE, BOOKING_NOT_FOUND, NOT_AUTHORIZED, EVENT_TYPE_NOT_FOUND, TEAM_MEMBER_NOT_FOUND, INVALID_TRANSITION, MEETING_STARTED, REQUEST_LAPSED, OUTSIDE_HOURS, EVENT_TYPE_LIMIT_REACHED, CALENDARS_STALE, CALENDAR_UNAVAILABLE, TIME_NOT_AVAILABLE (nobody is free, or the one who was named is not).';
COMMENT ON FUNCTION convene.set_team_event_type(uuid, uuid, text, jsonb) IS
'Says how a team shares an event type out, and among whom. p_actor_id: an owner of the team, or staff. p_mode: round_robin (one member hosts each meeting, in turn) or collective (all required members do, and the others where they are free). p_members: 1 to 200 members of the team, each {"user_id"} and, if wanted, is_required (default true), priority (0 to 100, default 0), weight (1 to 1,000, default 100), limit_per_day and limit_per_week. Who stays keeps their turns; who is new begins where the others are. Returns it as get_team_event_type does. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND (unknown, removed, not a team''s, or not theirs to see), NOT_AUTHORIZED, TEAM_MEMBER_NOT_FOUND.';
COMMENT ON FUNCTION convene.remove_team_member(uuid, uuid, uuid, boolean) IS
'Somebody leaves a team, or is removed from it; one owner remains. p_actor_id: they themselves, an owner of the team, or staff. p_reassign: whether their meetings to come are given to other members, each by the rotation. Returns the meetings to come that they host in turn, the first 200: to_user_id, who hosts it from now on, NULL where it stays with them; refusal, the code of why, where another host was looked for. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED, TEAM_MEMBER_NOT_FOUND, LAST_TEAM_OWNER.';
COMMENT ON FUNCTION convene.reassign_team_meetings(uuid, uuid, uuid) IS
'Gives the meetings to come that somebody hosts in turn for a team to other members, each by the rotation: before they are removed as a user, or when they are away. p_actor_id: they themselves, an owner of the team, or staff. p_user_id: whose. Returns the meetings as remove_team_member does, the first 200. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, TEAM_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.turn_given_back(text, boolean, boolean) IS
'Whether a meeting of a team that stands so is no turn of its host. p_status: the booking''s; p_began: whether it ended after it had begun; p_host_came: whether the host came. For use in other functions. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.complete_booking(uuid, uuid) IS
'The mentor, or staff for them, says the meeting took place; both reputations follow at once. Not before the start, unless the organization closes early. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_NOT_STARTED.';
COMMENT ON FUNCTION convene.mark_no_show(uuid, uuid, uuid) IS
'A participant or staff says which participant did not come; their reputation follows at once. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR, INVALID_TRANSITION, MEETING_NOT_STARTED.';
COMMENT ON FUNCTION convene.dispute_no_show(uuid, uuid, text) IS
'A participant of whom another says that they did not come says that they did; until staff decide, the absence does not count. p_notes: at most 2,000 characters. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR, NOTHING_TO_DISPUTE.';
COMMENT ON FUNCTION convene.correct_no_show(uuid, uuid, uuid, boolean, text) IS
'Staff who do not take part decide whether a participant of a completed or missed meeting came; its status follows, and so do the reputations, at once. p_user_id: whom it is about. p_notes: at most 2,000 characters. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR, INVALID_TRANSITION.';
COMMENT ON FUNCTION convene.rate_booking(uuid, uuid, integer, text) IS
'A participant of a completed booking rates the other, once, 1 to 5, with a comment of at most 2,000 characters; the other''s reputation follows at once. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, BOOKING_NOT_COMPLETED, ALREADY_RATED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.explain_slot(uuid, uuid, uuid) IS
'Every reason why the mentee cannot have the slot, by the checks of booking, in their order, with whose each is (mentee, mentor, or NULL for the time itself); no row means bookable. p_actor_id, if given, must be the mentee, the slot''s mentor or staff of the same organization. Refuses: USER_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.list_slots(uuid, uuid, timestamptz, timestamptz, integer, timestamptz, uuid) IS
'A mentor''s slots from p_from (default now) before p_to, in order of time: for a mentee those they may book now, for others those that are free. p_limit: 1 to 200. p_after_start and p_after_id continue after a slot, the last of the page before. One call looks at 2,000 slots at most: if they were not enough for a page, its last row is the slot where it stopped, which is not free (is_free is false), and more may follow after it. Refuses: USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.calculate_reputation(uuid, uuid) IS
'A user''s reputation as it comes out now, with everything it is made of: average rating (1 to 5) × completion rate (0 to 1) × responsiveness factor + tenure bonus − live penalties, clamped to 0 to 5, then probation. p_actor_id, if given, must be the user or staff of the same organization. Refuses: USER_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.refresh_reputation(uuid) IS
'Calculates a user''s reputation and stores it; returns it and what it was. Refuses: USER_NOT_FOUND, USER_INACTIVE.';
COMMENT ON FUNCTION convene.can_book_mentor(uuid, uuid) IS
'Whether the mentee''s tier, or an approved and unused override, lets them book the mentor. Refuses: USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND.';
COMMENT ON FUNCTION convene.booking_limit(uuid) IS
'Active bookings per ISO week that the user''s tier allows; NULL is unlimited. Refuses: USER_NOT_FOUND.';
COMMENT ON FUNCTION convene.request_tier_override(uuid, uuid, text) IS
'A mentee asks to book a mentor beyond their tier, once. p_reason: 10 to 2,000 characters. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_A_MENTEE, MENTOR_NOT_FOUND, OVERRIDE_NOT_NEEDED, OVERRIDE_ALREADY_REQUESTED (one is waiting), OVERRIDE_ALREADY_APPROVED (one is unused: book), VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.review_tier_override(uuid, uuid, boolean, text) IS
'A coordinator or admin approves or rejects a waiting request; an approval is good for one booking, for seven days (organization policy). The mentee is told. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, OVERRIDE_NOT_FOUND, OVERRIDE_ALREADY_REVIEWED, OVERRIDE_EXPIRED.';
COMMENT ON FUNCTION convene.match_mentors(uuid, integer) IS
'The mentors that suit a mentee best, best first (docs/rules.md, "Matching"): those within reach of the mentee''s tier or with an approved override. p_limit: 1 to 200. score: 0 to 100, the rounded sum of the components that breakdown shows, each rounded for itself: the points for shared tags (industry, technology, stage), free_slots, soon (the first of them) and reputation. free_slots, next_free_slot: of the next 14 days; list_slots says which of them the mentee may book. tags and urls: arrays of {id, kind, name} and {label, url}. Dormant mentors come last. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_A_MENTEE.';
COMMENT ON FUNCTION convene.preview_slots(text, date, time, time, integer, integer, boolean) IS
'The starts of the slots that one window of wall-clock time yields on one date in an IANA zone, as a block with these fields would. Slots are 5 to 480 minutes, buffers 0 to 240. The midnight that ends the date is 24:00; with p_ends_next_day, the end is on the date after. Refuses: INVALID_TIME_ZONE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.generate_slot_instances(uuid, timestamptz) IS
'The starts of the slots that a block yields after now, up to and including p_until, days off left out; nothing is stored. Refuses: BLOCK_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.generate_time_slots() IS
'Job: makes the slots of every active block up to the organization''s horizon, and only those not made yet. Returns slots_generated, blocks and duration_ms.';
COMMENT ON FUNCTION convene.create_availability_block(uuid, uuid, jsonb) IS
'Makes an availability block for a mentor, and its slots. p_actor_id: the mentor or staff. p_block: recurrence (one_time, weekly, monthly, quarterly), start_date, start_time, end_time (HH:MM), slot_minutes; and, if wanted, until_date, ends_next_day, time_zone (default the mentor''s), buffer_minutes, meeting_type (online, in_person_preset, in_person_custom), location_preset_id, location_custom, requires_confirmation, is_active. A mentor has at most 100 blocks, and at most four at any one time within a year. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, MENTOR_NOT_FOUND, LOCATION_PRESET_NOT_FOUND, INVALID_TIME_ZONE, VALIDATION_ERROR, TOO_MANY_BLOCKS, BLOCKS_OVERLAP.';
COMMENT ON FUNCTION convene.change_availability_block(uuid, uuid, jsonb) IS
'Changes a block: p_changes holds the fields to change, null clears one. Its unbooked future slots are made anew; booked ones stay. Refuses as create_availability_block, and BLOCK_NOT_FOUND.';
COMMENT ON FUNCTION convene.deactivate_availability_block(uuid, uuid) IS
'Switches a block off; its unbooked future slots go, bookings stay. Refuses: BLOCK_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.delete_availability_block(uuid, uuid) IS
'Removes a block with its unbooked future slots; bookings stay. Returns how many slots went that could have been booked. Refuses: BLOCK_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.add_blackout_date(uuid, uuid, date, text) IS
'Takes a day off for a host, a mentor, coordinator or admin (p_mentor_id): nothing is offered on it, neither slots of blocks nor times of event types, by the zone of each block and schedule; bookings stay. A host has at most 1,000 of them. Refuses: HOST_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR, TOO_MANY_DAYS_OFF.';
COMMENT ON FUNCTION convene.remove_blackout_date(uuid, uuid, date) IS
'Gives a day off back; its slots return. Returns how many. Refuses: HOST_NOT_FOUND, NOT_AUTHORIZED, BLACKOUT_NOT_FOUND.';
COMMENT ON FUNCTION convene.create_schedule(uuid, uuid, jsonb) IS
'Makes a schedule, without windows yet. p_actor_id: the host or staff. p_host_id: a mentor, coordinator or admin. p_schedule: name (1 to 100 characters, unlike the host''s other ones), and, if wanted, time_zone (default the host''s) and is_default (another then no longer is; a host''s only schedule is it in any case). A host has at most 10 schedules. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND, INVALID_TIME_ZONE, VALIDATION_ERROR, TOO_MANY_SCHEDULES.';
COMMENT ON FUNCTION convene.change_schedule(uuid, uuid, jsonb) IS
'Changes a schedule''s name or time_zone, or makes it the default. p_actor_id: its host or staff. p_changes: the fields to change. Bookings stay. Refuses: USER_NOT_FOUND, USER_INACTIVE, SCHEDULE_NOT_FOUND, NOT_AUTHORIZED, INVALID_TIME_ZONE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.delete_schedule(uuid, uuid) IS
'Removes a schedule with its windows: no default one while there are others, and none that event types use; those that name no schedule, and those of teams that the host hosts for, use the default one. p_actor_id: its host or staff. Refuses: USER_NOT_FOUND, USER_INACTIVE, SCHEDULE_NOT_FOUND, NOT_AUTHORIZED, SCHEDULE_IS_DEFAULT, SCHEDULE_IN_USE.';
COMMENT ON FUNCTION convene.set_availability_rules(uuid, uuid, jsonb, uuid) IS
'Replaces the weekly windows of a schedule. p_actor_id: its host or staff. p_schedule_id: NULL is the default one of p_host_id (NULL: the actor), which is made where there is none. p_rules: a list of objects with weekday (1 Monday to 7 Sunday), start_time and end_time (HH:MM, up to 24:00), at most 20 for a weekday. Windows that touch or overlap become one. Returns the windows in order. Refuses: USER_NOT_FOUND, USER_INACTIVE, SCHEDULE_NOT_FOUND, NOT_AUTHORIZED, HOST_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.set_availability_overrides(uuid, uuid, jsonb, uuid) IS
'Replaces the dates of a schedule that have other windows than the week''s. p_actor_id, p_schedule_id and p_host_id: as for set_availability_rules. p_overrides: a list of objects with day and either start_time and end_time (HH:MM, up to 24:00) or is_off, true; at most 2,000, of 1,000 dates with 20 windows each. Windows that touch or overlap become one. Returns them in order; a day off spans the day. Refuses as set_availability_rules.';
COMMENT ON FUNCTION convene.set_travel_dates(uuid, uuid, jsonb) IS
'Replaces the dates on which a host is in another zone, in which all their schedules are read then. p_actor_id: the host or staff. p_travel_dates: a list of objects with first_day, last_day (inclusive) and time_zone; at most 100, and no date twice. Returns them in order. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.create_event_type(uuid, uuid, uuid, jsonb) IS
'Makes an event type (docs/event-types.md) of a host or of a team, one of the two. p_actor_id: the host; an owner of the team; or staff. p_host_id: a mentor, coordinator or admin; one who has no schedule is given one, Monday to Friday, 9:00 to 17:00 in their zone. p_event_type: slug and title, and, if wanted, the other columns that get_event_type returns, but for id, host_id, team_id, created_at and updated_at. A host or team has at most 100. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, HOST_NOT_FOUND, TEAM_NOT_FOUND, SCHEDULE_NOT_FOUND, LOCATION_PRESET_NOT_FOUND, VALIDATION_ERROR, TOO_MANY_EVENT_TYPES.';
COMMENT ON FUNCTION convene.change_event_type(uuid, uuid, jsonb) IS
'Changes an event type. p_actor_id: as for create_event_type. p_changes: the fields to change; null clears one that may be nothing. Bookings stay as they were made. Refuses as create_event_type, and EVENT_TYPE_NOT_FOUND.';
COMMENT ON FUNCTION convene.delete_event_type(uuid, uuid) IS
'Removes an event type; its bookings stay. p_actor_id: as for create_event_type. Refuses: USER_NOT_FOUND, USER_INACTIVE, EVENT_TYPE_NOT_FOUND, NOT_AUTHORIZED, TEAM_NOT_FOUND.';
COMMENT ON FUNCTION convene.update_profile(uuid, jsonb) IS
'A user changes their profile. p_changes: of name (1 to 200 characters), title and company (up to 200), bio (up to 2,000), slug (their short name in addresses of pages: lower-case letters, digits and hyphens, that no other user and no team of the organization has) and time_zone (IANA); absent is unchanged, null clears title, company, bio and slug. Returns the user as get_user does. Wakes them if they were dormant. Refuses: USER_NOT_FOUND, USER_INACTIVE, VALIDATION_ERROR (unknown fields too), INVALID_TIME_ZONE.';
COMMENT ON FUNCTION convene.set_user_urls(uuid, jsonb) IS
'Replaces a user''s addresses. p_urls: a list of at most ten {"label", "url"}; a label has 1 to 100 characters, an address is http(s) with up to 2,048. Returns them in their order. Refuses: USER_NOT_FOUND, USER_INACTIVE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.change_user(uuid, uuid, jsonb) IS
'An admin changes somebody''s role, suspends them or ends that. p_changes: of role, is_active, suspension_reason (one line of 1 to 500 characters, required to suspend somebody) and suspended_until (an instant in the future; null: until somebody lifts it); absent is unchanged. Who is suspended books nothing and cannot be booked; bookings there are stay, and sessions and API keys rest meanwhile. After suspended_until they count as active at once. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, LAST_ADMIN.';
COMMENT ON FUNCTION convene.erase_user(uuid, uuid) IS
'Erases a user''s personal data (docs/rules.md): by themselves, or by an admin for them. Their future bookings are canceled first, without penalty; their blocks are switched off and the unbooked future slots go. What remains of them are ids, times, statuses and numbers. What they wrote in more than 200 bookings goes in further steps, for which there is work in queue erasures. Nothing happens the second time, unless something is left. Returns how many bookings were canceled and slots removed, and is_complete: whether nothing is left. Refuses: USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, LAST_ADMIN.';
COMMENT ON FUNCTION convene.continue_erasure(integer, uuid) IS
'The next step of erasing a user, of at most 200 bookings; the table erasures says how far it is. For the workers. p_org_id and p_user_id, who is erased. Returns whether nothing is left. Refuses: VALIDATION_ERROR (NULL).';
COMMENT ON FUNCTION convene.apply_airtable_records(integer, timestamptz, integer, jsonb) IS
'Makes people what records of Airtable say (docs/airtable.md), and removes those whose records are gone: their future bookings are canceled first, without penalty. What is older than what was applied changes nothing, nor does what says the same again. p_as_of: as of when the records are so. p_listing: the listing that they are of, NULL for none. p_records: a list of {"id", "fields", "phone"}, without "fields" for those that are gone; "phone" is {"key_id", "sealed"} with the phone as the service sealed it, in base64, null for none, true for one that cannot be used, and without it the phone stays. Returns how many were created, updated, removed, unchanged, stale and skipped, and the first 20 problems, each with record_id, field and problem. For use in other functions. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.expire_pending_bookings() IS
'Job: expires requests nobody answered within seven days (organization policy) or whose start has passed, and frees their slots. Returns expired_count and duration_ms.';
COMMENT ON FUNCTION convene.release_expired_holds() IS
'Job: ends holds that lapsed. Returns released_count and duration_ms.';
COMMENT ON FUNCTION convene.render_notice(text, jsonb, text, text) IS
'The text of a notice. p_kind and p_facts: docs/messages.md. p_language: a BCP 47 tag; one without texts reads English. p_time_zone: the reader''s, an IANA name. A notice that cannot be read says so. Refuses: VALIDATION_ERROR (NULL), INVALID_TIME_ZONE.';
COMMENT ON FUNCTION convene.complete_past_bookings() IS
'Job: completes confirmed bookings whose end has passed; reputations follow. Returns completed_count and duration_ms.';
COMMENT ON FUNCTION convene.recompute_reputations() IS
'Job: recalculates every reputation. Returns recomputed_count, changed_count and duration_ms.';
COMMENT ON FUNCTION convene.new_id(integer) IS 'A new UUIDv7 for a row of an organization: the twelve bits after its milliseconds and version are the organization''s shard number. Refuses: VALIDATION_ERROR (NULL).';
COMMENT ON FUNCTION convene.shard_of_id(uuid) IS 'The shard number that an id carries, 0 to 4095: that of its organization. Returns: NULL for an id that new_id did not make.';
COMMENT ON FUNCTION convene.check_new_user(text, text, text, text) IS
'Checks the form of a user who is to be added: p_email, p_name (a line of 1 to 200 characters), p_role and p_time_zone (NULL passes). For use in other functions. Refuses: VALIDATION_ERROR with every wrong field, INVALID_TIME_ZONE where only that is wrong.';
COMMENT ON FUNCTION convene.check_new_api_key(text, text[], timestamptz, timestamptz) IS
'Checks the form of an API key that is to be made: p_name (a line of 1 to 100 characters), p_scopes (1 to 50) and p_expires_at (after p_now; NULL passes). For use in other functions. Refuses: VALIDATION_ERROR with every wrong field.';
COMMENT ON FUNCTION convene.check_new_tag(text, text) IS
'Checks the form of a tag that is to be made: p_kind, and p_name (a line of 1 to 100 characters). For use in other functions. Refuses: VALIDATION_ERROR with every wrong field.';
COMMENT ON FUNCTION convene.check_identity(text, text) IS
'Checks the form of a subject of an outside issuer: p_issuer and p_subject, a line of 1 to 255 characters each. For use in other functions. Refuses: VALIDATION_ERROR with every wrong field.';
COMMENT ON FUNCTION convene.is_email_address(text) IS
'Whether a text looks like an email address: something before and after one @, no space or control character, at most 254 characters. For use in other functions. Returns: NULL for NULL.';
COMMENT ON FUNCTION convene.last_due(text, timestamptz) IS
'When a schedule last fell due. p_schedule: a cron expression of five fields, GMT. Returns: the latest minute at or before p_at that the schedule names; NULL when it names none, or is not understood.';
COMMENT ON FUNCTION convene.claim_work(text, uuid, integer, integer, integer, integer, text[], integer[], integer, uuid[]) IS
'Claims work that is due, the oldest first, and fairly: tenants and lanes take turns, and none has more than its share in progress. A try counts when it is claimed. What was claimed and let go of without a word is due again after a wait, and given up after 20 tries. For the workers. p_queue; p_lease, made up by the worker for this claim; p_limit, the most to claim, 1 to 1,000; p_seconds, how long the claim holds unless it is extended; p_lane_share and p_org_share, the most that one lane, and one tenant, may have in progress with this worker, NULL for no limit; p_lanes and p_org_ids, those of what the worker has in progress, once for each item; p_most_per_key, the most items with one concurrency key that all workers have in progress, NULL for no limit; p_resting_keys, keys to leave alone. Returns an item each, with the version to settle it by and which try it is. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.settle_work(text, integer[], uuid[], uuid[], integer[], text[], text[], double precision[], timestamptz[]) IS
'Settles work, one entry in each array for an item. For the workers. p_queue; p_org_ids, p_subjects, p_leases and p_versions, of the claim; p_outcomes: done (it goes, or is due again if it was asked for meanwhile), again (done, and due again at p_due_at), retry (due again after a wait that doubles from 2 s to 6 h, given up after 20 tries), persist (the same, up to a quarter of an hour, and never given up) or failed (given up until somebody asks for it); p_errors, why, in the provider''s word; p_wait_seconds, how long to wait at least. Returns what each became: done, due or failed; no row for an item whose claim was lost. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.plan_writebacks(integer, uuid[]) IS
'Brings what calendars are owed in line with bookings as they are now: an event for each participant with an account to write to while the meeting is confirmed, none otherwise. For use in other functions. p_org_id; p_bookings, whose state may have changed. Returns how many events are owed anew. Refuses: VALIDATION_ERROR (NULL).';
COMMENT ON FUNCTION convene.begin_writeback(integer, uuid, uuid) IS
'What a claimed event is to be. For the workers. p_org_id and p_id, the row of booking_external_events; p_lease, the claim on queue writebacks. Returns one row: what the event is to say, and what is known of it; is_written, whether only its conference link is missing. No row when nothing is owed any more, or the claim was lost. Refuses: VALIDATION_ERROR (NULL).';
COMMENT ON FUNCTION convene.finish_writeback(integer, uuid, uuid, integer, text, timestamptz, timestamptz, text, text, text, text) IS
'Keeps what became of an event. If something else is wanted since, it stays owed. A conference link goes to the booking, and to the other participants'' events. For the workers. p_org_id and p_id, the row of booking_external_events; p_lease, the claim; p_generation, which was worked on; p_result: written, removed, or gone (its id cannot be used any more); for a written one p_start_time and p_end_time, p_event_id and p_event_url, p_conference (none, pending, ready or failed) and p_conference_url. Returns what becomes of the work: done, await_link (the link is to be asked for again) or make_anew (under another id); NULL when the claim was lost, and nothing kept. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.store_calendar_changes(integer, uuid, text, timestamptz, boolean, timestamptz, timestamptz, text, jsonb) IS
'Notices what owners did to our events in their calendars, and keeps up to where changes are known. For the workers. p_org_id and p_connection_id, the account; p_calendar_id, the calendar; p_as_of, when it was asked; p_is_whole, whether this is all that is in the calendar from p_from to p_to, and not what changed; p_cursor, the provider''s sync token; p_changes, an array of {id, start_time, end_time}, without times for events that are gone. Returns how many of our events that tells something of. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.refuse(text, jsonb) IS
'Raises a refusal by its code and details, as the rules would. For functions in SQL.';

DO $$
DECLARE
    of_extension record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'convene_owner') THEN
        RAISE EXCEPTION 'role convene_owner does not exist'
            USING HINT = 'Run "convene migrate", which makes the roles and then the extension; before pg_restore, restore roles with pg_dumpall --roles-only.';
    END IF;
    FOR of_extension IN
        SELECT p.oid::regprocedure AS signature, p.proname, p.provolatile
        FROM pg_depend d
        JOIN pg_proc p ON p.oid = d.objid
        JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
          AND e.extname = 'convene'
    LOOP
        -- Owned by a superuser, SECURITY DEFINER would mean superuser.
        EXECUTE format('ALTER FUNCTION %s OWNER TO convene_owner', of_extension.signature);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', of_extension.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO convene_operator', of_extension.signature);
        CONTINUE WHEN of_extension.proname IN (
            'preview_slots', 'new_id', 'shard_of_id', 'refuse', 'render_notice', 'last_due', 'is_email_address',
            'check_new_user', 'check_new_api_key', 'check_new_tag', 'check_identity'
        );
        -- Kept plans are planned once, for any argument: planning again costs more than the statement.
        EXECUTE format(
            'ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, convene, pg_temp SET plan_cache_mode = force_generic_plan',
            of_extension.signature);
    END LOOP;
END
$$;

ALTER FUNCTION convene.list_slots(uuid, uuid, timestamptz, timestamptz, integer, timestamptz, uuid) ROWS 50;
ALTER FUNCTION convene.explain_slot(uuid, uuid, uuid) ROWS 2;
ALTER FUNCTION convene.match_mentors(uuid, integer) ROWS 10;
-- With many items waiting, Postgres would compile the plan at every claim: 12 ms for a statement of 0.5 ms.
ALTER FUNCTION convene.claim_work(text, uuid, integer, integer, integer, integer, text[], integer[], integer, uuid[]) SET jit = off;
ALTER FUNCTION convene.preview_slots(text, date, time, time, integer, integer, boolean) ROWS 10;

GRANT EXECUTE ON FUNCTION
    convene.create_booking_atomic(uuid, uuid, text, text[], text, boolean),
    convene.confirm_booking(uuid, uuid),
    convene.decline_booking(uuid, uuid, text),
    convene.cancel_booking(uuid, uuid, text, text),
    convene.reschedule_booking(uuid, uuid, uuid, text, boolean),
    convene.reassign_booking(uuid, uuid, uuid, text, text, boolean),
    convene.complete_booking(uuid, uuid),
    convene.mark_no_show(uuid, uuid, uuid),
    convene.dispute_no_show(uuid, uuid, text),
    convene.correct_no_show(uuid, uuid, uuid, boolean, text),
    convene.rate_booking(uuid, uuid, integer, text),
    convene.explain_slot(uuid, uuid, uuid),
    convene.list_slots(uuid, uuid, timestamptz, timestamptz, integer, timestamptz, uuid),
    convene.calculate_reputation(uuid, uuid),
    convene.request_tier_override(uuid, uuid, text),
    convene.review_tier_override(uuid, uuid, boolean, text),
    convene.match_mentors(uuid, integer),
    convene.preview_slots(text, date, time, time, integer, integer, boolean),
    convene.create_availability_block(uuid, uuid, jsonb),
    convene.change_availability_block(uuid, uuid, jsonb),
    convene.deactivate_availability_block(uuid, uuid),
    convene.delete_availability_block(uuid, uuid),
    convene.add_blackout_date(uuid, uuid, date, text),
    convene.remove_blackout_date(uuid, uuid, date),
    convene.reassign_host(uuid, uuid, uuid, text, text, boolean),
    convene.set_team_event_type(uuid, uuid, text, jsonb),
    convene.remove_team_member(uuid, uuid, uuid, boolean),
    convene.reassign_team_meetings(uuid, uuid, uuid),
    convene.update_profile(uuid, jsonb),
    convene.set_user_urls(uuid, jsonb),
    convene.change_user(uuid, uuid, jsonb),
    convene.erase_user(uuid, uuid),
    convene.continue_erasure(integer, uuid),
    convene.claim_work(text, uuid, integer, integer, integer, integer, text[], integer[], integer, uuid[]),
    convene.settle_work(text, integer[], uuid[], uuid[], integer[], text[], text[], double precision[], timestamptz[]),
    convene.begin_writeback(integer, uuid, uuid),
    convene.finish_writeback(integer, uuid, uuid, integer, text, timestamptz, timestamptz, text, text, text, text),
    convene.store_calendar_changes(integer, uuid, text, timestamptz, boolean, timestamptz, timestamptz, text, jsonb)
TO convene_service;
GRANT EXECUTE ON FUNCTION
    convene.generate_time_slots(),
    convene.expire_pending_bookings(),
    convene.release_expired_holds(),
    convene.complete_past_bookings(),
    convene.recompute_reputations(),
    convene.refuse(text, jsonb)
TO convene_jobs;
-- The view of jobs asks for it, with the rights of whoever reads the view.
GRANT EXECUTE ON FUNCTION convene.last_due(text, timestamptz) TO convene_readonly;
