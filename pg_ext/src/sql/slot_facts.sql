-- $1 the person who books or looks, $2 the slots, $3 the booking that is being moved, if any.
-- One row for each slot asked about, in that order; none when there is no such person.
-- The slot's own booking is no other booking of its people. Weeks are compared as wall-clock weeks (instant to wall is
-- safe in SQL; the reverse is not), behind a range that the index on bookings can use. What decides nothing in this
-- organization or tier is not looked up.
SELECT
    clock_timestamp(),
    org.calendars_required,
    org.minimum_notice_minutes,
    person.role,
    person.is_active AND person.deleted_at IS NULL,
    person.reputation_tier,
    NOT org.calendars_required OR EXISTS (
        SELECT FROM convene.calendar_connections c
        WHERE c.org_id = person.org_id AND c.user_id = person.id AND c.status = 'connected'
    ),
    NOT EXISTS (
        SELECT FROM convene.calendar_connections c
        WHERE c.org_id = person.org_id AND c.user_id = person.id AND c.status <> 'disconnected'
          AND (
              c.synced_at IS NULL OR c.synced_until < slot.end_time
              OR c.synced_at < clock_timestamp() - org.calendar_stale_minutes * interval '1 minute'
          )
    ),
    (
        SELECT ARRAY[c.provider, CASE WHEN k.is_primary THEN 'primary' ELSE coalesce(k.name, w.calendar_id) END]
        FROM convene.calendar_busy_windows w
        JOIN convene.calendar_connections c ON c.org_id = w.org_id AND c.id = w.connection_id
        LEFT JOIN convene.calendars k
            ON k.org_id = w.org_id AND k.connection_id = w.connection_id AND k.calendar_id = w.calendar_id
        WHERE w.org_id = person.org_id AND w.user_id = person.id AND slot.id IS NOT NULL
          AND w.busy && tstzrange(slot.start_time, slot.end_time)
        LIMIT 1
    ),
    EXISTS (
        SELECT FROM convene.booking_participants p
        WHERE p.org_id = person.org_id AND p.user_id = person.id AND p.active AND slot.id IS NOT NULL
          AND p.blocked && tstzrange(slot.start_time, slot.end_time)
          AND p.booking_id IS DISTINCT FROM $3 AND p.booking_id IS DISTINCT FROM slot.booking_id
    ),
    policy.highest_bookable_tier,
    policy.weekly_limit,
    wanted.id,
    slot.start_time,
    slot.end_time,
    slot.deleted_at IS NOT NULL OR NOT block.is_active OR block.deleted_at IS NOT NULL,
    slot.booking_id IS NOT NULL AND slot.booking_id IS DISTINCT FROM $3,
    mentor.id,
    mentor.is_active AND mentor.deleted_at IS NULL AND mentor.role = 'mentor',
    mentor.reputation_tier,
    NOT org.calendars_required OR EXISTS (
        SELECT FROM convene.calendar_connections c
        WHERE c.org_id = mentor.org_id AND c.user_id = mentor.id AND c.status = 'connected'
    ),
    NOT EXISTS (
        SELECT FROM convene.calendar_connections c
        WHERE c.org_id = mentor.org_id AND c.user_id = mentor.id AND c.status <> 'disconnected'
          AND (
              c.synced_at IS NULL OR c.synced_until < slot.end_time
              OR c.synced_at < clock_timestamp() - org.calendar_stale_minutes * interval '1 minute'
          )
    ),
    (
        SELECT ARRAY[c.provider, CASE WHEN k.is_primary THEN 'primary' ELSE coalesce(k.name, w.calendar_id) END]
        FROM convene.calendar_busy_windows w
        JOIN convene.calendar_connections c ON c.org_id = w.org_id AND c.id = w.connection_id
        LEFT JOIN convene.calendars k
            ON k.org_id = w.org_id AND k.connection_id = w.connection_id AND k.calendar_id = w.calendar_id
        WHERE w.org_id = mentor.org_id AND w.user_id = mentor.id
          AND w.busy && tstzrange(slot.start_time, slot.end_time)
        LIMIT 1
    ),
    EXISTS (
        SELECT FROM convene.booking_participants p
        WHERE p.org_id = mentor.org_id AND p.user_id = mentor.id AND p.active
          AND p.blocked && tstzrange(slot.start_time, slot.end_time)
          AND p.booking_id IS DISTINCT FROM $3 AND p.booking_id IS DISTINCT FROM slot.booking_id
    ),
    (
        SELECT o.id FROM convene.tier_override_requests o
        WHERE o.org_id = person.org_id AND o.mentee_id = person.id AND o.mentor_id = mentor.id
          AND o.status = 'approved' AND o.used_at IS NULL AND o.expires_at > clock_timestamp()
        ORDER BY o.expires_at
        LIMIT 1
    ),
    CASE WHEN policy.weekly_limit IS NULL THEN 0 ELSE (
        SELECT count(*) FROM convene.bookings b
        WHERE b.org_id = person.org_id AND b.mentee_id = person.id
          AND b.start_time BETWEEN slot.start_time - interval '8 days' AND slot.start_time + interval '8 days'
          AND date_trunc('week', b.start_time AT TIME ZONE org.time_zone)
            = date_trunc('week', slot.start_time AT TIME ZONE org.time_zone)
          AND b.status IN ('held', 'pending', 'confirmed', 'completed', 'no_show')
          AND b.id IS DISTINCT FROM $3
    ) END,
    block.meeting_type,
    CASE WHEN block.location_preset_id IS NULL THEN block.location_custom ELSE (
        SELECT preset.name FROM convene.location_presets preset
        WHERE preset.org_id = block.org_id AND preset.id = block.location_preset_id
    ) END,
    block.requires_confirmation
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
JOIN convene.tier_policies policy ON policy.org_id = person.org_id AND policy.tier = person.reputation_tier
CROSS JOIN unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, nth)
LEFT JOIN convene.time_slots slot ON slot.org_id = person.org_id AND slot.id = wanted.id
LEFT JOIN convene.availability_blocks block ON block.org_id = slot.org_id AND block.id = slot.block_id
LEFT JOIN convene.users mentor ON mentor.org_id = slot.org_id AND mentor.id = slot.mentor_id
WHERE person.id = $1
ORDER BY wanted.nth
