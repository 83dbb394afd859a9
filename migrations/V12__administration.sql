-- What administrators change, within which bounds, and the record of it.

CREATE TABLE convene.audit_log (
    org_id      integer NOT NULL REFERENCES convene.organizations (id),
    id          uuid NOT NULL DEFAULT gen_random_uuid(),
    actor_id    uuid NOT NULL,
    action      text NOT NULL,
    target_kind text NOT NULL,
    target_id   text,
    details     jsonb NOT NULL DEFAULT '{}',
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, actor_id) REFERENCES convene.users (org_id, id)
);
COMMENT ON TABLE convene.audit_log IS 'What admins and coordinators did, but for bookings, whose own history says it';
COMMENT ON COLUMN convene.audit_log.org_id IS 'Tenant';
COMMENT ON COLUMN convene.audit_log.id IS 'UUIDv7';
COMMENT ON COLUMN convene.audit_log.actor_id IS 'Who did it';
COMMENT ON COLUMN convene.audit_log.action IS 'What, such as change_policy';
COMMENT ON COLUMN convene.audit_log.target_kind IS 'To what kind of thing, such as user';
COMMENT ON COLUMN convene.audit_log.target_id IS 'To which; NULL for the organization itself';
COMMENT ON COLUMN convene.audit_log.details IS 'Ids, numbers and settings, before and after; nothing personal, no secrets';
COMMENT ON COLUMN convene.audit_log.occurred_at IS 'When';
CREATE INDEX audit_log_time_idx ON convene.audit_log (org_id, occurred_at, id);
CREATE INDEX audit_log_actor_idx ON convene.audit_log (org_id, actor_id);
CREATE INDEX booking_events_time_idx ON convene.booking_events (org_id, occurred_at, seq);

-- Bounds that keep every date a job computes within what Postgres can store.
ALTER TABLE convene.organizations
    ADD CONSTRAINT organizations_longest CHECK (pending_expiry_days <= 3650 AND override_expiry_days <= 3650 AND dormant_after_days <= 3650 AND late_cancellation_penalty_days <= 3650 AND late_cancellation_minutes <= 527040),
    ADD CONSTRAINT organizations_largest CHECK (probation_ratings <= 1000 AND default_response_hours <= 8760 AND slow_response_hours <= 8760 AND fast_response_factor <= 10 AND tenure_bonus_per_month <= 5 AND tenure_bonus_max <= 5),
    ADD CONSTRAINT organizations_name_length CHECK (char_length(name) BETWEEN 1 AND 200);
-- Whoever may not pass is told this.
COMMENT ON CONSTRAINT organizations_horizon_range ON convene.organizations IS 'slot_horizon_days must be 1 to 366';
COMMENT ON CONSTRAINT organizations_notice_range ON convene.organizations IS 'minimum_notice_minutes must be 0 to 527040';
COMMENT ON CONSTRAINT organizations_goal_range ON convene.organizations IS 'meeting_goal_min_chars must be at least 0, meeting_goal_max_chars at least that and at most 20000';
COMMENT ON CONSTRAINT organizations_days_range ON convene.organizations IS 'pending_expiry_days, override_expiry_days and dormant_after_days must be at least 1, late_cancellation_penalty_days at least 0';
COMMENT ON CONSTRAINT organizations_penalty_range ON convene.organizations IS 'late_cancellation_minutes must be at least 0, late_cancellation_penalty 0 to 5';
COMMENT ON CONSTRAINT organizations_rating_range ON convene.organizations IS 'default_rating must be 1 to 5, probation_score 0 to 5, probation_ratings at least 0';
COMMENT ON CONSTRAINT organizations_response_order ON convene.organizations IS 'response hours must be at least 0, and fast_response_hours at most slow_response_hours';
COMMENT ON CONSTRAINT organizations_factor_order ON convene.organizations IS 'slow_response_factor, normal_response_factor and fast_response_factor must be at least 0 and in this order';
COMMENT ON CONSTRAINT organizations_tenure_range ON convene.organizations IS 'tenure_bonus_per_month and tenure_bonus_max must be at least 0';
COMMENT ON CONSTRAINT organizations_longest ON convene.organizations IS 'days must be at most 3650, late_cancellation_minutes at most 527040';
COMMENT ON CONSTRAINT organizations_largest ON convene.organizations IS 'probation_ratings must be at most 1000, response hours 8760, factors 10, tenure bonuses 5';
COMMENT ON CONSTRAINT organizations_name_length ON convene.organizations IS 'name must be 1 to 200 characters';
COMMENT ON CONSTRAINT tier_policies_score_range ON convene.tier_policies IS 'minimum_score must be 0 to 5';
COMMENT ON CONSTRAINT tier_policies_highest_known ON convene.tier_policies IS 'highest_bookable_tier must be bronze, silver, gold or platinum';
COMMENT ON CONSTRAINT tier_policies_limit_range ON convene.tier_policies IS 'weekly_limit must be at least 0';

-- A place that was offered stays for the bookings there.
ALTER TABLE convene.location_presets
    ADD COLUMN deleted_at timestamptz,
    DROP CONSTRAINT location_presets_slug_key,
    ADD CONSTRAINT location_presets_slug_form CHECK (slug::text ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    ADD CONSTRAINT location_presets_name_length CHECK (char_length(name) BETWEEN 1 AND 200);
COMMENT ON COLUMN convene.location_presets.deleted_at IS 'When it was taken off the list; NULL while it is offered';
COMMENT ON CONSTRAINT location_presets_slug_form ON convene.location_presets IS 'slug must be 1 to 63 lower-case letters, digits and hyphens between them';
COMMENT ON CONSTRAINT location_presets_name_length ON convene.location_presets IS 'name must be 1 to 200 characters';
CREATE UNIQUE INDEX location_presets_slug_key ON convene.location_presets (org_id, slug) WHERE deleted_at IS NULL;
