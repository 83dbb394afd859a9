SELECT
    default_rating, default_response_hours, fast_response_hours, slow_response_hours, fast_response_factor,
    normal_response_factor, slow_response_factor, tenure_bonus_per_month, tenure_bonus_max, probation_ratings,
    probation_score
FROM convene.organizations
WHERE id = $1
