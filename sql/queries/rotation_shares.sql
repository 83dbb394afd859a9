-- Who has more or fewer turns than their weight says comes first.
SELECT
    organization, team, event_type, member_name, meetings, round(100 * share) AS percent, weight,
    round(100 * expected_share) AS percent_expected, last_assigned_at
FROM convene.rotation_shares
ORDER BY organization, team, event_type, abs(share - expected_share) DESC NULLS LAST, member_name;
