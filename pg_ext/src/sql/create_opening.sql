SELECT
    mentee.org_id,
    org.meeting_goal_min_chars,
    org.meeting_goal_max_chars,
    slot.mentor_id,
    mentee.dormant_since IS NOT NULL OR mentee.last_activity_at < clock_timestamp() - interval '1 day'
FROM convene.users mentee
JOIN convene.organizations org ON org.id = mentee.org_id
LEFT JOIN convene.time_slots slot ON slot.org_id = mentee.org_id AND slot.id = $2
WHERE mentee.id = $1
