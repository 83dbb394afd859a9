-- An organization's numbers. Their bounds are the tables' own constraints; whoever passes one is told its comment.

CREATE OR REPLACE FUNCTION convene.policy_of(p_org_id integer) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_jsonb(o) - '{id,slug,created_at}'::text[] FROM convene.organizations o WHERE o.id = p_org_id
$$;
COMMENT ON FUNCTION convene.policy_of(integer) IS
'An organization''s name, zone and numbers. For use in other functions; granted to nobody.
Arguments: p_org_id.
Returns: an object, field names as in convene.organizations.';

CREATE OR REPLACE FUNCTION convene.get_policy(p_actor_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    RETURN convene.policy_of(convene.require_staff(p_actor_id, 'see the policy'));
END
$$;
COMMENT ON FUNCTION convene.get_policy(uuid) IS
'The organization''s name, zone and numbers, for coordinators and admins.
Arguments: p_actor_id, who looks.
Returns: an object, field names as in convene.organizations, whose comments say what each is.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.change_policy(p_actor_id uuid, p_changes jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change the policy');
    before  jsonb;
    after   jsonb;
BEGIN
    PERFORM convene.require_changes(p_changes, (
        SELECT jsonb_object_agg(a.attname, CASE format_type(a.atttypid, NULL)
            WHEN 'integer' THEN 'integer' WHEN 'double precision' THEN 'number' WHEN 'boolean' THEN 'boolean'
            ELSE 'string' END)
        FROM pg_attribute a
        WHERE a.attrelid = 'convene.organizations'::regclass AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attname NOT IN ('id', 'slug', 'created_at')
    ));
    PERFORM convene.require_time_zone(p_changes ->> 'time_zone');
    PERFORM FROM convene.organizations o WHERE o.id = own_org FOR NO KEY UPDATE;
    before := convene.policy_of(own_org);
    PERFORM convene.require_bounds(
        'organizations', before || p_changes, ARRAY(SELECT jsonb_object_keys(p_changes))
    );
    UPDATE convene.organizations o
    SET (
        name, time_zone, calendars_required, closes_early, slot_horizon_days, minimum_notice_minutes,
        meeting_goal_min_chars, meeting_goal_max_chars, pending_expiry_days, override_expiry_days,
        dormant_after_days, late_cancellation_minutes, late_cancellation_penalty, late_cancellation_penalty_days,
        default_rating, default_response_hours, fast_response_hours, slow_response_hours, fast_response_factor,
        normal_response_factor, slow_response_factor, tenure_bonus_per_month, tenure_bonus_max, probation_ratings,
        probation_score, calendar_fresh_minutes, calendar_stale_minutes, guest_retention_days
    ) = (
        SELECT
            n.name, n.time_zone, n.calendars_required, n.closes_early, n.slot_horizon_days,
            n.minimum_notice_minutes, n.meeting_goal_min_chars, n.meeting_goal_max_chars, n.pending_expiry_days,
            n.override_expiry_days, n.dormant_after_days, n.late_cancellation_minutes,
            n.late_cancellation_penalty, n.late_cancellation_penalty_days, n.default_rating,
            n.default_response_hours, n.fast_response_hours, n.slow_response_hours, n.fast_response_factor,
            n.normal_response_factor, n.slow_response_factor, n.tenure_bonus_per_month, n.tenure_bonus_max,
            n.probation_ratings, n.probation_score, n.calendar_fresh_minutes, n.calendar_stale_minutes,
            n.guest_retention_days
        FROM jsonb_populate_record(o, p_changes) AS n
    )
    WHERE o.id = own_org;
    after := convene.policy_of(own_org);
    IF after <> before THEN
        PERFORM convene.audit(
            own_org, p_actor_id, 'change_policy', 'organization', NULL, convene.changed_fields(before, after)
        );
    END IF;
    RETURN after;
END
$$;
COMMENT ON FUNCTION convene.change_policy(uuid, jsonb) IS
'Changes numbers of the organization. They hold from the next transaction on; scores follow with the nightly job, or
CALL convene.run_job(''recompute_reputations'').
Arguments: p_actor_id, an admin; p_changes, an object of the fields to change, named as in convene.organizations.
Returns: the policy afterwards, as get_policy does.
Refuses: VALIDATION_ERROR (field, type or bound), INVALID_TIME_ZONE, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.list_tier_policies(p_actor_id uuid)
RETURNS TABLE (tier text, minimum_score double precision, highest_bookable_tier text, weekly_limit integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 4
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    RETURN QUERY
    SELECT t.tier, t.minimum_score, t.highest_bookable_tier, t.weekly_limit
    FROM convene.tier_policies t
    WHERE t.org_id = actor.org_id
    ORDER BY array_position(ARRAY['bronze', 'silver', 'gold', 'platinum'], t.tier);
END
$$;
COMMENT ON FUNCTION convene.list_tier_policies(uuid) IS
'What each tier means in the organization, from bronze to platinum.
Arguments: p_actor_id, who looks.
Returns: four rows; weekly_limit NULL is unlimited.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.change_tier_policy(p_actor_id uuid, p_tier text, p_changes jsonb)
RETURNS TABLE (tier text, minimum_score double precision, highest_bookable_tier text, weekly_limit integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 4
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'change the tiers');
    before  jsonb;
    after   jsonb;
    scores  double precision[];
BEGIN
    PERFORM convene.require_given(p_tier, 'p_tier');
    PERFORM convene.require_one_of(p_tier, ARRAY['bronze', 'silver', 'gold', 'platinum'], 'p_tier');
    PERFORM convene.require_changes(p_changes, jsonb_build_object(
        'minimum_score', 'number', 'highest_bookable_tier', 'string', 'weekly_limit', 'integer?'
    ));
    -- One change at a time: the scores are compared.
    PERFORM FROM convene.organizations o WHERE o.id = own_org FOR NO KEY UPDATE;
    SELECT to_jsonb(t) INTO before FROM convene.tier_policies t WHERE t.org_id = own_org AND t.tier = p_tier;
    PERFORM convene.require_bounds('tier_policies', before || p_changes, ARRAY(SELECT jsonb_object_keys(p_changes)));
    UPDATE convene.tier_policies t
    SET (minimum_score, highest_bookable_tier, weekly_limit) = (
        SELECT n.minimum_score, n.highest_bookable_tier, n.weekly_limit
        FROM jsonb_populate_record(t, p_changes) AS n
    )
    WHERE t.org_id = own_org AND t.tier = p_tier
    RETURNING to_jsonb(t) INTO after;
    SELECT array_agg(l.minimum_score) INTO scores FROM convene.list_tier_policies(p_actor_id) AS l;
    IF scores[1] <> 0 OR NOT (scores[1] < scores[2] AND scores[2] < scores[3] AND scores[3] < scores[4]) THEN
        PERFORM convene.refuse_argument(
            'minimum_score', 'must be 0 for bronze, and higher for every tier than for the one before'
        );
    END IF;
    IF after <> before THEN
        PERFORM convene.audit(
            own_org, p_actor_id, 'change_tier_policy', 'tier', p_tier, convene.changed_fields(before, after)
        );
    END IF;
    RETURN QUERY SELECT * FROM convene.list_tier_policies(p_actor_id);
END
$$;
COMMENT ON FUNCTION convene.change_tier_policy(uuid, text, jsonb) IS
'Changes what a tier means. Limits and reach hold from the next transaction on; who is of which tier follows with the
nightly job.
Arguments: p_actor_id, an admin; p_tier, which; p_changes, an object of minimum_score, highest_bookable_tier and
weekly_limit, null for unlimited, as far as they change.
Returns: all tiers, as list_tier_policies does.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
