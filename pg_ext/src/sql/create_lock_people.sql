-- $1 who books, $2 the slot. Locks the mentee and the slot's mentor, in the order of their ids.
-- One row for each, with the mentee's organization; none when there is no such mentee. Found by id alone, because the
-- mentee says which organization it is; a slot of another has no mentor here.
SELECT
    person.id,
    person.org_id,
    org.meeting_goal_min_chars,
    org.meeting_goal_max_chars,
    person.dormant_since IS NOT NULL OR person.last_activity_at < clock_timestamp() - interval '1 day'
FROM convene.users person
JOIN convene.organizations org ON org.id = person.org_id
WHERE person.id IN (
    $1,
    (
        SELECT slot.mentor_id
        FROM convene.users mentee
        JOIN convene.time_slots slot ON slot.org_id = mentee.org_id AND slot.id = $2
        WHERE mentee.id = $1
    )
)
ORDER BY person.id
FOR NO KEY UPDATE OF person
