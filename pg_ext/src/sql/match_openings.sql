-- $1 organization, $2 mentors, $3 days ahead.
-- One row for each mentor: who they are, and what they have free, counted in a range of time_slots_mentor_start_idx.
-- The time is the statement's, not the clock's: an index takes no value that changes meanwhile.
SELECT
    mentor.id AS mentor_id, mentor.name, mentor.title, mentor.company, statement_timestamp() AS now,
    free.first_start AS next_free_slot, free.slots AS free_slots
FROM convene.organizations org
JOIN convene.users mentor ON mentor.org_id = org.id
CROSS JOIN LATERAL (
    SELECT min(slot.start_time) AS first_start, count(*)::integer AS slots
    FROM convene.time_slots slot
    WHERE slot.org_id = $1 AND slot.mentor_id = mentor.id
      AND slot.start_time >= statement_timestamp() + make_interval(mins => org.minimum_notice_minutes)
      AND slot.start_time < statement_timestamp() + make_interval(days => $3)
      AND slot.booking_id IS NULL AND slot.deleted_at IS NULL
) AS free
WHERE org.id = $1 AND mentor.org_id = $1 AND mentor.id = ANY ($2)
