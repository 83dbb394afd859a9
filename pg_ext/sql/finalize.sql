-- Comments, owner, settings and grants of the extension's functions. They are settled here, and not by whoever
-- installs, so that DROP EXTENSION and CREATE EXTENSION lose nothing.

COMMENT ON FUNCTION convene.create_booking_atomic(uuid, uuid, text, text[], text) IS
'Books a slot for a mentee, atomically (docs/rules.md). Returns the booking; replayed is true when the same idempotency key asked the same before.
p_meeting_goal: 10 to 2,000 characters unless the organization says otherwise. p_materials_urls: at most 10 http(s) addresses. p_idempotency_key: 1 to 255 printable characters, the mentee''s own.
Refuses, with the first that applies: USER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR, USER_INACTIVE, NOT_A_MENTEE, SLOT_NOT_FOUND, SLOT_IN_PAST, MINIMUM_NOTICE, SLOT_WITHDRAWN, MENTOR_NOT_AVAILABLE, SLOT_ALREADY_BOOKED, CALENDAR_NOT_CONNECTED, MENTOR_CALENDAR_NOT_CONNECTED, TIER_RESTRICTION, BOOKING_LIMIT_EXCEEDED, CALENDAR_UNAVAILABLE, CALENDAR_CONFLICT, BOOKING_CONFLICT, MENTOR_CALENDAR_CONFLICT, MENTOR_BOOKING_CONFLICT.';
COMMENT ON FUNCTION convene.confirm_booking(uuid, uuid) IS
'The mentor, or staff for them, accepts a pending request. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED.';
COMMENT ON FUNCTION convene.decline_booking(uuid, uuid, text) IS
'The mentor, or staff for them, turns a pending request down; its slot is free at once. p_reason: at most 2,000 characters. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION.';
COMMENT ON FUNCTION convene.cancel_booking(uuid, uuid, text, text) IS
'A participant or staff cancels before the start; the slot is free at once, also for the same mentee. p_reason: emergency, reschedule or other. Within two hours of the start (organization policy) a participant who cancels is penalised. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED.';
COMMENT ON FUNCTION convene.reschedule_booking(uuid, uuid, uuid, text) IS
'Moves a booking to another slot of its mentor; it keeps its id. All checks of booking but the tier run again. A mentee who moves to a slot that needs confirmation waits for it again. Refuses as create_booking_atomic, and: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, SAME_SLOT, DIFFERENT_MENTOR.';
COMMENT ON FUNCTION convene.reassign_booking(uuid, uuid, uuid, text, text) IS
'Staff give a booking to another mentor, by moving it to a slot of theirs; it keeps its id. All checks of booking run again, the tier''s too: where it takes an approved override, that is used up. It waits for the new mentor where their block asks for confirmation. p_reason: at most 2,000 characters, told to all three. Refuses as create_booking_atomic, and: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_STARTED, SAME_SLOT.';
COMMENT ON FUNCTION convene.complete_booking(uuid, uuid) IS
'The mentor, or staff for them, says the meeting took place; both reputations follow at once. Not before the start, unless the organization closes early. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, INVALID_TRANSITION, MEETING_NOT_STARTED.';
COMMENT ON FUNCTION convene.mark_no_show(uuid, uuid, uuid) IS
'A participant or staff says which participant did not come; their reputation follows at once. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR, INVALID_TRANSITION, MEETING_NOT_STARTED.';
COMMENT ON FUNCTION convene.rate_booking(uuid, uuid, integer, text) IS
'A participant of a completed booking rates the other, once, 1 to 5, with a comment of at most 2,000 characters; the other''s reputation follows at once. Refuses: BOOKING_NOT_FOUND, NOT_AUTHORIZED, BOOKING_NOT_COMPLETED, ALREADY_RATED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.explain_slot(uuid, uuid, uuid) IS
'Every reason why the mentee cannot have the slot, by the checks of booking, in their order; no row means bookable. p_actor_id, if given, must be the mentee, the slot''s mentor or staff of the same organization. Refuses: USER_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.list_slots(uuid, uuid, timestamptz, timestamptz, integer, timestamptz, uuid) IS
'A mentor''s slots from p_from (default now) before p_to, in order of time: for a mentee those they may book now, for others those that are free. p_limit: 1 to 200. p_after_start and p_after_id continue after a slot. Refuses: USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.calculate_reputation(uuid, uuid) IS
'A user''s reputation as it comes out now, with everything it is made of: average rating (1 to 5) × completion rate (0 to 1) × responsiveness factor + tenure bonus − live penalties, clamped to 0 to 5, then probation. p_actor_id, if given, must be the user or staff of the same organization. Refuses: USER_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.refresh_reputation(uuid) IS
'Calculates a user''s reputation and stores it; returns it and what it was. Refuses: USER_NOT_FOUND, USER_INACTIVE.';
COMMENT ON FUNCTION convene.can_book_mentor(uuid, uuid) IS
'Whether the mentee''s tier, or an approved and unused override, lets them book the mentor. Refuses: USER_NOT_FOUND, USER_INACTIVE, MENTOR_NOT_FOUND.';
COMMENT ON FUNCTION convene.booking_limit(uuid) IS
'Active bookings per ISO week that the user''s tier allows; NULL is unlimited. Refuses: USER_NOT_FOUND.';
COMMENT ON FUNCTION convene.request_tier_override(uuid, uuid, text) IS
'A mentee asks to book a mentor beyond their tier, once. p_reason: 10 to 2,000 characters. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_A_MENTEE, MENTOR_NOT_FOUND, OVERRIDE_NOT_NEEDED, OVERRIDE_ALREADY_REQUESTED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.review_tier_override(uuid, uuid, boolean, text) IS
'A coordinator or admin approves or rejects a waiting request; an approval is good for one booking, for seven days (organization policy). The mentee is told. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, OVERRIDE_NOT_FOUND, OVERRIDE_ALREADY_REVIEWED, OVERRIDE_EXPIRED.';
COMMENT ON FUNCTION convene.match_mentors(uuid, integer) IS
'The mentors that suit a mentee best, best first (docs/rules.md, "Matching"): those within reach of the mentee''s tier or with an approved override. p_limit: 1 to 200. score: 0 to 100, the sum of breakdown, which has the points for shared tags (industry, technology, stage), free_slots, soon (the first of them) and reputation. free_slots, next_free_slot: of the next 14 days; list_slots says which of them the mentee may book. Dormant mentors come last. Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_A_MENTEE.';
COMMENT ON FUNCTION convene.preview_slots(text, date, time, time, integer, integer) IS
'The starts of the slots that one window of wall-clock time yields on one date in an IANA zone. Slots are 5 to 480 minutes, buffers 0 to 240. An end of 00:00 or 24:00 is the midnight that ends the date. Refuses: INVALID_TIME_ZONE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.generate_slot_instances(uuid, timestamptz) IS
'The starts of the slots that a block yields after now, up to and including p_until, days off left out; nothing is stored. Refuses: BLOCK_NOT_FOUND, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.generate_time_slots() IS
'Job: makes the slots of every active block up to the organization''s horizon, and only those not made yet. Returns slots_generated, blocks and duration_ms.';
COMMENT ON FUNCTION convene.create_availability_block(uuid, uuid, jsonb) IS
'Makes an availability block for a mentor, and its slots. p_actor_id: the mentor or staff. p_block: recurrence (one_time, weekly, monthly, quarterly), start_date, start_time, end_time (HH:MM), slot_minutes; and, if wanted, until_date, ends_next_day, time_zone (default the mentor''s), buffer_minutes, meeting_type (online, in_person_preset, in_person_custom), location_preset_id, location_custom, requires_confirmation, is_active. Refuses: USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED, MENTOR_NOT_FOUND, LOCATION_PRESET_NOT_FOUND, INVALID_TIME_ZONE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.change_availability_block(uuid, uuid, jsonb) IS
'Changes a block: p_changes holds the fields to change, null clears one. Its unbooked future slots are made anew; booked ones stay. Refuses as create_availability_block, and BLOCK_NOT_FOUND.';
COMMENT ON FUNCTION convene.deactivate_availability_block(uuid, uuid) IS
'Switches a block off; its unbooked future slots go, bookings stay. Refuses: BLOCK_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.delete_availability_block(uuid, uuid) IS
'Removes a block with its unbooked future slots; bookings stay. Returns how many slots went. Refuses: BLOCK_NOT_FOUND, NOT_AUTHORIZED.';
COMMENT ON FUNCTION convene.add_blackout_date(uuid, uuid, date, text) IS
'Takes a day off for a mentor: windows that start on it (in each block''s zone) yield no slots; bookings stay. Refuses: MENTOR_NOT_FOUND, NOT_AUTHORIZED, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.remove_blackout_date(uuid, uuid, date) IS
'Gives a day off back; its slots return. Returns how many. Refuses: MENTOR_NOT_FOUND, NOT_AUTHORIZED, BLACKOUT_NOT_FOUND.';
COMMENT ON FUNCTION convene.update_profile(uuid, jsonb) IS
'A user changes their profile. p_changes: of name (1 to 200 characters), title and company (up to 200), bio (up to 2,000) and time_zone (IANA); absent is unchanged, null clears title, company and bio. Returns the user as get_user does. Wakes them if they were dormant. Refuses: USER_NOT_FOUND, USER_INACTIVE, VALIDATION_ERROR (unknown fields too), INVALID_TIME_ZONE.';
COMMENT ON FUNCTION convene.set_user_urls(uuid, jsonb) IS
'Replaces a user''s addresses. p_urls: a list of at most ten {"label", "url"}; a label has 1 to 100 characters, an address is http(s) with up to 2,048. Returns them in their order. Refuses: USER_NOT_FOUND, USER_INACTIVE, VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.erase_user(uuid, uuid) IS
'Erases a user''s personal data (docs/rules.md): by themselves, or by an admin for them. Their future bookings are canceled first, without penalty; their blocks are switched off and the unbooked future slots go. What remains of them are ids, times, statuses and numbers. Nothing happens the second time. Returns how many bookings were canceled and slots removed. Refuses: USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, LAST_ADMIN.';
COMMENT ON FUNCTION convene.apply_airtable_records(integer, timestamptz, integer, jsonb) IS
'Makes people what records of Airtable say (docs/airtable.md), and removes those whose records are gone: their future bookings are canceled first, without penalty. What is older than what was applied changes nothing, nor does what says the same again. p_as_of: as of when the records are so. p_listing: the listing that they are of, NULL for none. p_records: a list of {"id", "fields"}, without "fields" for those that are gone. Returns how many were created, updated, removed, unchanged, stale and skipped, and the first 20 problems, each with record_id, field and problem. For use in other functions. Refuses: VALIDATION_ERROR.';
COMMENT ON FUNCTION convene.expire_pending_bookings() IS
'Job: expires requests nobody answered within seven days (organization policy) or whose start has passed, and frees their slots. Returns expired_count and duration_ms.';
COMMENT ON FUNCTION convene.complete_past_bookings() IS
'Job: completes confirmed bookings whose end has passed; reputations follow. Returns completed_count and duration_ms.';
COMMENT ON FUNCTION convene.recompute_reputations() IS
'Job: recalculates every reputation. Returns recomputed_count, changed_count and duration_ms.';
COMMENT ON FUNCTION convene.new_id() IS 'A new UUIDv7.';
COMMENT ON FUNCTION convene.retry_seconds(integer, double precision) IS
'How long to wait before something that failed p_attempts times is tried again: from 2 s, doubling to 6 h; p_chance, 0 to 1, spreads it over the second half of the wait. Returns: seconds; NULL after 20 tries, when it is given up. Refuses: VALIDATION_ERROR (NULL).';
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
        CONTINUE WHEN of_extension.proname IN ('preview_slots', 'new_id', 'refuse', 'retry_seconds');
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
ALTER FUNCTION convene.preview_slots(text, date, time, time, integer, integer) ROWS 10;

GRANT EXECUTE ON FUNCTION
    convene.create_booking_atomic(uuid, uuid, text, text[], text),
    convene.confirm_booking(uuid, uuid),
    convene.decline_booking(uuid, uuid, text),
    convene.cancel_booking(uuid, uuid, text, text),
    convene.reschedule_booking(uuid, uuid, uuid, text),
    convene.reassign_booking(uuid, uuid, uuid, text, text),
    convene.complete_booking(uuid, uuid),
    convene.mark_no_show(uuid, uuid, uuid),
    convene.rate_booking(uuid, uuid, integer, text),
    convene.explain_slot(uuid, uuid, uuid),
    convene.list_slots(uuid, uuid, timestamptz, timestamptz, integer, timestamptz, uuid),
    convene.calculate_reputation(uuid, uuid),
    convene.request_tier_override(uuid, uuid, text),
    convene.review_tier_override(uuid, uuid, boolean, text),
    convene.match_mentors(uuid, integer),
    convene.preview_slots(text, date, time, time, integer, integer),
    convene.create_availability_block(uuid, uuid, jsonb),
    convene.change_availability_block(uuid, uuid, jsonb),
    convene.deactivate_availability_block(uuid, uuid),
    convene.delete_availability_block(uuid, uuid),
    convene.add_blackout_date(uuid, uuid, date, text),
    convene.remove_blackout_date(uuid, uuid, date),
    convene.update_profile(uuid, jsonb),
    convene.set_user_urls(uuid, jsonb),
    convene.erase_user(uuid, uuid)
TO convene_service;
GRANT EXECUTE ON FUNCTION
    convene.generate_time_slots(),
    convene.expire_pending_bookings(),
    convene.complete_past_bookings(),
    convene.recompute_reputations(),
    convene.refuse(text, jsonb)
TO convene_jobs;
