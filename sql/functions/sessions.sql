-- A user's own sessions. open_session makes one for operators; verify_magic_link for everyone else.

CREATE OR REPLACE FUNCTION convene.list_sessions(p_actor_id uuid)
RETURNS TABLE (id uuid, created_at timestamptz, extended_at timestamptz, expires_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    RETURN QUERY
    SELECT s.id, s.created_at, s.extended_at, s.expires_at
    FROM convene.sessions s
    WHERE s.org_id = actor.org_id AND s.user_id = actor.id
      AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    ORDER BY s.created_at DESC, s.id DESC;
END
$$;
COMMENT ON FUNCTION convene.list_sessions(uuid) IS
'A user''s live sessions, newest first.
Arguments: p_actor_id, whose.
Returns: the sessions; extended_at is when one was last used, to the day.
Refuses: USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.revoke_session(p_actor_id uuid, p_session_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_session_id, 'p_session_id');
    UPDATE convene.sessions s
    SET revoked_at = clock_timestamp()
    WHERE s.org_id = actor.org_id AND s.user_id = actor.id AND s.id = p_session_id
      AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp();
    IF NOT FOUND THEN
        PERFORM convene.refuse('SESSION_NOT_FOUND', jsonb_build_object('session_id', p_session_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.revoke_session(uuid, uuid) IS
'Ends one of a user''s own sessions.
Arguments: p_actor_id, whose; p_session_id.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, SESSION_NOT_FOUND (unknown, another''s, or ended already).';

CREATE OR REPLACE FUNCTION convene.revoke_sessions(p_actor_id uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
    ended integer;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    UPDATE convene.sessions s
    SET revoked_at = clock_timestamp()
    WHERE s.org_id = actor.org_id AND s.user_id = actor.id
      AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp();
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
COMMENT ON FUNCTION convene.revoke_sessions(uuid) IS
'Ends all of a user''s own sessions, the one that asks among them. API keys stay.
Arguments: p_actor_id, whose.
Returns: how many were ended.
Refuses: USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.note_refused_link(p_token_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    INSERT INTO convene.sign_in_events (org_id, user_id, event)
    SELECT l.org_id, l.user_id, 'link_refused'
    FROM convene.magic_links l
    JOIN convene.users u ON u.org_id = l.org_id AND u.id = l.user_id AND u.deleted_at IS NULL
    WHERE l.token_hash = p_token_hash AND (l.used_at IS NOT NULL OR l.expires_at <= clock_timestamp());
END
$$;
COMMENT ON FUNCTION convene.note_refused_link(bytea) IS
'Puts on record that a used or expired link was shown. Of an unknown one nobody can say whose it is.
Arguments: p_token_hash, SHA-256 of the token in the link.
Refuses: VALIDATION_ERROR (NULL).';

CREATE OR REPLACE FUNCTION convene.list_sign_ins(
    p_actor_id uuid, p_user_id uuid, p_limit integer DEFAULT 50, p_before_seq bigint DEFAULT NULL
) RETURNS TABLE (seq bigint, event text, session_id uuid, occurred_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_self_or_admin(p_actor_id, p_user_id, 'see sign-ins');
BEGIN
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_user(own_org, p_user_id);
    RETURN QUERY
    SELECT e.seq, e.event, e.session_id, e.occurred_at
    FROM convene.sign_in_events e
    WHERE e.org_id = own_org AND e.user_id = p_user_id
      AND e.seq < coalesce(p_before_seq, 9223372036854775807)
    ORDER BY e.seq DESC
    LIMIT p_limit;
END
$$;
COMMENT ON FUNCTION convene.list_sign_ins(uuid, uuid, integer, bigint) IS
'When a user signed in, tried to, and was signed out, newest first.
Arguments: p_actor_id, the user or an admin; p_user_id, whose; p_limit, 1 to 200; p_before_seq, the last row of the page
before.
Returns: what happened, in which session, and when.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED.';
