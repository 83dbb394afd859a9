CREATE OR REPLACE FUNCTION convene.export_user(p_actor_id uuid, p_user_id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp
-- A plan for any user would read the audit log from end to end: half of it may be one admin's.
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    actor    record;
    exported jsonb;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    IF p_user_id <> actor.id AND actor.role <> 'admin' THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', jsonb_build_object('action', 'export this user''s data'));
    END IF;
    -- Everything but the tenant's number and what proves who somebody is.
    SELECT jsonb_build_object(
        'exported_at', clock_timestamp(),
        'profile', to_jsonb(u) - '{org_id}'::text[] || jsonb_build_object('organization', o.slug),
        'urls', (
            SELECT coalesce(jsonb_agg(to_jsonb(x) - '{org_id,user_id}'::text[] ORDER BY x.position), '[]')
            FROM convene.user_urls x WHERE x.org_id = u.org_id AND x.user_id = u.id
        ),
        -- The service opens the number.
        'phones', (
            SELECT coalesce(jsonb_agg(to_jsonb(x) - '{org_id,user_id,key_id,phone}'::text[] ORDER BY x.id), '[]')
            FROM convene.user_phones x WHERE x.org_id = u.org_id AND x.user_id = u.id
        ),
        'tags', (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('kind', t.kind, 'name', t.name, 'source', ut.source, 'created_at', ut.created_at)
                ORDER BY t.kind, t.name
            ), '[]')
            FROM convene.user_tags ut
            JOIN convene.tags t ON t.org_id = ut.org_id AND t.id = ut.tag_id
            WHERE ut.org_id = u.org_id AND ut.user_id = u.id
        ),
        'bookings', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(b) - '{org_id}'::text[]
                    || jsonb_build_object('participations', part.own, 'history', (
                        -- Given to another mentor: what happened while it was the user's.
                        SELECT coalesce(jsonb_agg(
                            to_jsonb(e) - '{org_id,booking_id,dispatched_at}'::text[] ORDER BY e.seq
                        ), '[]')
                        FROM convene.booking_events e
                        WHERE e.org_id = b.org_id AND e.booking_id = b.id
                          AND (part.is_present OR u.id = ANY (e.hosts || e.attendees) OR e.facts -> 'from_hosts' ? u.id::text)
                    ))
                ORDER BY b.start_time, b.id
            ), '[]')
            FROM (
                SELECT
                    p.booking_id, bool_or(p.status <> 'left') AS is_present,
                    jsonb_agg(to_jsonb(p) - '{org_id,booking_id,user_id}'::text[] ORDER BY p.position) AS own
                FROM convene.booking_participants p
                WHERE p.org_id = u.org_id AND p.user_id = u.id
                GROUP BY p.booking_id
            ) part
            JOIN convene.bookings b ON b.org_id = u.org_id AND b.id = part.booking_id
        ),
        'sign_ins', (
            SELECT coalesce(jsonb_agg(to_jsonb(e) - '{org_id,user_id}'::text[] ORDER BY e.seq), '[]')
            FROM convene.sign_in_events e WHERE e.org_id = u.org_id AND e.user_id = u.id
        ),
        'event_types', (
            SELECT coalesce(jsonb_agg(to_jsonb(t) - '{org_id,host_id}'::text[] ORDER BY t.created_at, t.id), '[]')
            FROM convene.event_types t WHERE t.org_id = u.org_id AND t.host_id = u.id
        ),
        'event_type_links', (
            SELECT coalesce(jsonb_agg(to_jsonb(l) - '{org_id,token_hash}'::text[] ORDER BY l.created_at, l.id), '[]')
            FROM convene.event_types t
            JOIN convene.event_type_links l ON l.org_id = t.org_id AND l.event_type_id = t.id
            WHERE t.org_id = u.org_id AND t.host_id = u.id
        ),
        'schedules', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(s) - '{org_id,user_id}'::text[] || jsonb_build_object(
                    'rules', (
                        SELECT coalesce(jsonb_agg(
                            to_jsonb(r) - '{org_id,schedule_id}'::text[] ORDER BY r.weekday, r.start_time
                        ), '[]')
                        FROM convene.availability_rules r WHERE r.org_id = s.org_id AND r.schedule_id = s.id
                    ),
                    'overrides', (
                        SELECT coalesce(jsonb_agg(
                            to_jsonb(o) - '{org_id,schedule_id}'::text[] ORDER BY o.day, o.start_time
                        ), '[]')
                        FROM convene.availability_overrides o WHERE o.org_id = s.org_id AND o.schedule_id = s.id
                    )
                )
                ORDER BY s.created_at, s.id
            ), '[]')
            FROM convene.schedules s WHERE s.org_id = u.org_id AND s.user_id = u.id
        ),
        'teams', (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object('team_id', m.team_id, 'name', t.name, 'role', m.role, 'joined_at', m.joined_at)
                    || jsonb_build_object('event_types', (
                        SELECT coalesce(jsonb_agg(
                            to_jsonb(x) - '{org_id,team_id,user_id}'::text[] ORDER BY x.event_type_id
                        ), '[]')
                        FROM convene.team_event_type_members x
                        WHERE x.org_id = m.org_id AND x.team_id = m.team_id AND x.user_id = m.user_id
                    ))
                ORDER BY m.joined_at, m.team_id
            ), '[]')
            FROM convene.team_members m
            JOIN convene.teams t ON t.org_id = m.org_id AND t.id = m.team_id
            WHERE m.org_id = u.org_id AND m.user_id = u.id
        ),
        'travel_dates', (
            SELECT coalesce(jsonb_agg(to_jsonb(t) - '{org_id,user_id}'::text[] ORDER BY t.first_day), '[]')
            FROM convene.travel_dates t WHERE t.org_id = u.org_id AND t.user_id = u.id
        ),
        'ratings_given', (
            SELECT coalesce(jsonb_agg(to_jsonb(r) - '{org_id}'::text[] ORDER BY r.created_at, r.id), '[]')
            FROM convene.ratings r WHERE r.org_id = u.org_id AND r.rater_id = u.id
        ),
        'ratings_received', (
            SELECT coalesce(jsonb_agg(to_jsonb(r) - '{org_id}'::text[] ORDER BY r.created_at, r.id), '[]')
            FROM convene.ratings r WHERE r.org_id = u.org_id AND r.ratee_id = u.id
        ),
        'penalties', (
            SELECT coalesce(jsonb_agg(to_jsonb(p) - '{org_id,user_id}'::text[] ORDER BY p.created_at, p.id), '[]')
            FROM convene.reputation_penalties p WHERE p.org_id = u.org_id AND p.user_id = u.id
        ),
        'tier_overrides', (
            SELECT coalesce(jsonb_agg(to_jsonb(r) - '{org_id}'::text[] ORDER BY r.created_at, r.id), '[]')
            FROM convene.tier_override_requests r
            WHERE r.org_id = u.org_id AND (r.mentee_id = u.id OR r.reviewed_by = u.id)
        ),
        'availability_blocks', (
            SELECT coalesce(jsonb_agg(to_jsonb(a) - '{org_id,mentor_id}'::text[] ORDER BY a.created_at, a.id), '[]')
            FROM convene.availability_blocks a WHERE a.org_id = u.org_id AND a.mentor_id = u.id
        ),
        'blackout_dates', (
            SELECT coalesce(jsonb_agg(to_jsonb(d) - '{org_id,mentor_id}'::text[] ORDER BY d.day), '[]')
            FROM convene.blackout_dates d WHERE d.org_id = u.org_id AND d.mentor_id = u.id
        ),
        'calendars', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(c) - '{org_id,user_id,key_id,tokens}'::text[] || jsonb_build_object('calendars', (
                    SELECT coalesce(jsonb_agg(
                        to_jsonb(k) - '{org_id,connection_id,cursor}'::text[] ORDER BY k.calendar_id
                    ), '[]')
                    FROM convene.calendars k WHERE k.org_id = c.org_id AND k.connection_id = c.id
                ))
                ORDER BY c.created_at, c.id
            ), '[]')
            FROM convene.calendar_connections c WHERE c.org_id = u.org_id AND c.user_id = u.id
        ),
        'busy_windows', (
            SELECT coalesce(jsonb_agg(to_jsonb(w) - '{org_id,user_id}'::text[] ORDER BY w.busy, w.id), '[]')
            FROM convene.calendar_busy_windows w WHERE w.org_id = u.org_id AND w.user_id = u.id
        ),
        'calendar_events', (
            SELECT coalesce(jsonb_agg(to_jsonb(e) - '{org_id,user_id}'::text[] ORDER BY e.id), '[]')
            FROM convene.booking_external_events e WHERE e.org_id = u.org_id AND e.user_id = u.id
        ),
        'notifications', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(n) - '{org_id,user_id}'::text[] || to_jsonb(said) ORDER BY n.created_at, n.id
            ), '[]')
            FROM convene.notification_log n
            CROSS JOIN LATERAL convene.notice_text(n.org_id, n.user_id, n.kind, n.event_seq, n.facts) AS said
            WHERE n.org_id = u.org_id AND n.user_id = u.id
        ),
        'audit_log', (
            SELECT coalesce(jsonb_agg(to_jsonb(a) - '{org_id,actor_id}'::text[] ORDER BY a.occurred_at, a.id), '[]')
            -- By the argument, of which is known how much there is.
            FROM convene.audit_log a WHERE a.org_id = actor.org_id AND a.actor_id = p_user_id
        ),
        'sessions', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(s) - '{org_id,user_id,token_hash}'::text[] ORDER BY s.created_at, s.id
            ), '[]')
            FROM convene.sessions s WHERE s.org_id = u.org_id AND s.user_id = u.id
        ),
        'identities', (
            SELECT coalesce(jsonb_agg(to_jsonb(i) - '{org_id,user_id}'::text[] ORDER BY i.created_at, i.id), '[]')
            FROM convene.user_identities i WHERE i.org_id = u.org_id AND i.user_id = u.id
        ),
        'api_keys', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(k) - '{org_id,user_id,token_hash}'::text[] ORDER BY k.created_at, k.id
            ), '[]')
            FROM convene.api_keys k WHERE k.org_id = u.org_id AND k.user_id = u.id
        )
    )
    INTO exported
    FROM convene.users u
    JOIN convene.organizations o ON o.id = u.org_id
    WHERE u.org_id = actor.org_id AND u.id = p_user_id AND u.deleted_at IS NULL;
    IF exported IS NULL THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    RETURN exported;
END
$$;
COMMENT ON FUNCTION convene.export_user(uuid, uuid) IS
'Everything that is stored about a user: for themselves, or for an admin who hands it to them.
Arguments: p_actor_id, who asks; p_user_id, about whom.
Returns: a JSON object: profile, urls, tags, bookings with their history (of those
given to another mentor, as long as they were theirs), ratings given and received, penalties, tier
overrides, availability, event types and schedules, teams, calendars, notifications, what they did as staff, sessions, identities and API keys
without their secrets.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
