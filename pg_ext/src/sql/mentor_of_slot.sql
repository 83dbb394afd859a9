-- The mentor of slot $2, if it is of the organization of $1.
SELECT slot.mentor_id AS id
FROM convene.users attendee
JOIN convene.time_slots slot ON slot.org_id = attendee.org_id AND slot.id = $2
WHERE attendee.id = $1
