-- Who owns what, and who may do what. Runs after every change of sql/ or jobs/, in the same transaction, so that no
-- function is ever seen with the owner or the rights it was made with. Everything is taken back first and then given
-- by name: what is not listed here is not granted.

-- The owner of the tables owns the definer functions, and is no superuser. Members of other extensions (citext,
-- btree_gist) stay as they are.
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('ALTER %s %s OWNER TO convene_owner', kind, name)
        FROM (
            SELECT
                CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind,
                c.oid::regclass::text AS name, c.oid, 'pg_class'::regclass AS catalog, c.relowner AS owner
            FROM pg_class c
            WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'p', 'v')
            UNION ALL
            SELECT 'ROUTINE', p.oid::regprocedure::text, p.oid, 'pg_proc'::regclass, p.proowner
            FROM pg_proc p
            WHERE p.pronamespace = 'convene'::regnamespace
            UNION ALL
            SELECT 'DOMAIN', t.oid::regtype::text, t.oid, 'pg_type'::regclass, t.typowner
            FROM pg_type t
            WHERE t.typnamespace = 'convene'::regnamespace AND t.typtype = 'd'
            UNION ALL
            SELECT 'SCHEMA', 'convene', n.oid, 'pg_namespace'::regclass, n.nspowner
            FROM pg_namespace n
            WHERE n.nspname = 'convene'
        ) AS ours
        WHERE owner <> 'convene_owner'::regrole
          AND NOT EXISTS (
              SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
              WHERE d.classid = ours.catalog AND d.objid = ours.oid AND d.deptype = 'e' AND e.extname <> 'convene'
          )
    LOOP
        EXECUTE statement;
    END LOOP;
END
$$;

-- Only our own routines: the operators of citext and btree_gist need theirs to be PUBLIC's.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'convene'::regnamespace AND p.proowner = 'convene_owner'::regrole
    LOOP
        EXECUTE format(
            'REVOKE ALL ON ROUTINE %s FROM PUBLIC, convene_service, convene_jobs, convene_operator, convene_readonly',
            routine
        );
    END LOOP;
END
$$;
-- Operators call everything but what returns what is sealed or hashed, which is all that we keep as bytea.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    FOR routine IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'convene'::regnamespace AND p.proowner = 'convene_owner'::regrole
          AND NOT EXISTS (
              SELECT FROM unnest(p.proallargtypes, p.proargmodes) AS returned (type, mode)
              WHERE returned.type = 'bytea'::regtype AND returned.mode <> 'i'
          )
    LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO convene_operator', routine);
    END LOOP;
END
$$;
REVOKE ALL ON SCHEMA convene FROM PUBLIC, convene_service, convene_jobs, convene_operator, convene_readonly;
REVOKE ALL ON ALL TABLES IN SCHEMA convene FROM PUBLIC, convene_service, convene_jobs, convene_operator, convene_readonly;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA convene FROM PUBLIC, convene_service, convene_jobs, convene_operator, convene_readonly;
GRANT USAGE ON SCHEMA convene TO convene_service, convene_jobs, convene_operator, convene_readonly;

-- Operators read everything but what is sealed or hashed.
GRANT SELECT ON ALL TABLES IN SCHEMA convene TO convene_operator;
DO $$
DECLARE
    secret record;
BEGIN
    FOR secret IN
        SELECT
            c.oid::regclass AS table_name,
            string_agg(quote_ident(a.attname), ', ') FILTER (WHERE a.atttypid <> 'bytea'::regtype) AS readable
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind IN ('r', 'p')
        GROUP BY c.oid
        HAVING bool_or(a.atttypid = 'bytea'::regtype)
    LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM convene_operator', secret.table_name);
        EXECUTE format('GRANT SELECT (%s) ON %s TO convene_operator', secret.readable, secret.table_name);
    END LOOP;
END
$$;

-- Nobody makes temporary functions: one that tells what it is given could be put into a query of rows it may not see.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

-- Reports read the views. A view's functions are checked against whoever reads it.
DO $$
DECLARE
    view_name regclass;
BEGIN
    FOR view_name IN
        SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'convene'::regnamespace AND c.relkind = 'v'
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO convene_readonly', view_name);
    END LOOP;
END
$$;

-- run_job looks a job up before it runs it.
GRANT SELECT ON convene.jobs TO convene_jobs;

-- Functions by name. Those of the extension may be absent (between DROP EXTENSION and CREATE EXTENSION).
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT p.oid::regprocedure AS routine, wanted.role
        FROM (VALUES
            ('convene_service', ARRAY[
                -- signing in, being ready
                'authenticate_session', 'authenticate_subject', 'authenticate_api_key', 'check_readiness',
                'take_tokens',
                'request_magic_link', 'answer_link_requests', 'verify_magic_link', 'list_sessions', 'revoke_session', 'revoke_sessions',
                'note_refused_link', 'list_sign_ins',
                'create_api_key', 'list_api_keys', 'revoke_api_key', 'list_organization_api_keys',
                -- administration
                'get_policy', 'change_policy', 'list_tier_policies', 'change_tier_policy', 'add_user', 'change_user',
                'link_identity', 'link_own_identity', 'unlink_identity', 'list_identities',
                'create_location_preset', 'change_location_preset', 'delete_location_preset', 'list_audit_log',
                -- people and reputation
                'get_user', 'user_phone', 'update_profile', 'list_user_urls', 'set_user_urls', 'export_user', 'erase_user',
                'continue_erasure',
                'list_mentors', 'get_mentor', 'calculate_reputation',
                -- tags and matching
                'list_tags', 'create_tag', 'user_tags', 'set_user_tags', 'match_mentors',
                -- schedules and event types
                'create_schedule', 'change_schedule', 'delete_schedule', 'list_schedules', 'get_availability',
                'set_availability_rules', 'set_availability_overrides', 'set_travel_dates',
                'create_event_type', 'change_event_type', 'delete_event_type', 'get_event_type', 'list_event_types',
                'create_event_type_link', 'list_event_type_links', 'revoke_event_type_link',
                -- teams
                'list_teams', 'get_team', 'create_team', 'change_team', 'delete_team', 'list_team_members', 'add_team_member',
                'change_team_member', 'remove_team_member', 'create_team_event_type', 'set_team_event_type',
                'get_team_event_type', 'reassign_host', 'reassign_team_meetings',
                -- slots and availability
                'list_slots', 'explain_slot', 'preview_slots',
                'create_availability_block', 'change_availability_block', 'deactivate_availability_block',
                'delete_availability_block', 'get_availability_block', 'list_availability_blocks',
                'add_blackout_date', 'remove_blackout_date', 'list_blackout_dates', 'list_location_presets',
                -- bookings
                'create_booking_atomic', 'confirm_booking', 'decline_booking', 'cancel_booking', 'reschedule_booking', 'reassign_booking',
                'complete_booking', 'mark_no_show', 'dispute_no_show', 'correct_no_show', 'rate_booking', 'list_ratings', 'mentor_rating', 'list_bookings', 'count_bookings', 'get_booking', 'booking_history',
                -- analytics
                'record_page_event', 'funnel', 'booking_status_distribution', 'rotation_volumes', 'host_utilisation', 'hold_conversion',
                -- calendars
                'start_calendar_connection', 'take_calendar_state', 'connect_calendar', 'list_calendar_connections',
                'select_calendars', 'disconnect_calendar', 'request_calendar_sync', 'list_writebacks', 'retry_writeback',
                'calendar_changed', 'connection_tokens', 'store_tokens', 'mark_needs_reconnect',
                'sync_plan', 'store_busy_windows', 'store_calendar_changes', 'refresh_calendars',
                'calendar_channels_to_open', 'open_calendar_channel', 'keep_calendar_channel', 'refuse_calendar_channel',
                'calendar_grant_is_used',
                'begin_writeback', 'finish_writeback',
                -- Airtable
                'connect_airtable', 'airtable_status', 'resync_airtable', 'disconnect_airtable',
                'airtable_plan', 'store_airtable_webhook', 'extend_airtable_webhook',
                'apply_airtable_page', 'apply_airtable_listing', 'airtable_missing', 'finish_airtable_listing',
                'finish_airtable_sync', 'break_airtable_source',
                'airtable_webhook', 'airtable_changed', 'airtable_push_sources', 'apply_airtable_push',
                -- exceptions
                'request_tier_override', 'review_tier_override', 'list_tier_overrides',
                -- work and watching it
                'claim_work', 'claim_work_item', 'work_is_leased', 'extend_work', 'settle_work', 'dispatch_events',
                'coordinator_jobs', 'coordinator_job_runs', 'coordinator_overview', 'list_users', 'queue_status', 'job_health', 'database_status'
            ]),
            ('convene_jobs', ARRAY[
                'run_job', 'log_job_success', 'log_job_failure', 'milliseconds_since', 'refuse_argument', 'refuse_arguments',
                'refuse', 'purge_job_logs'
            ]),
            ('convene_readonly', ARRAY['is_overdue', 'last_due', 'notice_text', 'is_active_now'])
        ) AS wanted (role, names)
        JOIN pg_proc p ON p.pronamespace = 'convene'::regnamespace AND p.proname = ANY (wanted.names)
        UNION ALL
        SELECT p.oid::regprocedure, 'convene_jobs'
        FROM convene.jobs j
        JOIN pg_proc p ON p.pronamespace = 'convene'::regnamespace AND p.proname = j.name
    LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', granted.routine, granted.role);
    END LOOP;
END
$$;
