-- Mentors whose offered time is least booked come first, those without slots last.
SELECT
    organization, mentor_name, reputation_tier,
    booked_past, offered_past, round(100 * utilisation_past) AS percent_past,
    booked_ahead, offered_ahead, round(100 * utilisation_ahead) AS percent_ahead,
    is_dormant
FROM convene.mentor_utilisation
ORDER BY organization, utilisation_ahead NULLS LAST, utilisation_past NULLS LAST, mentor_name;
