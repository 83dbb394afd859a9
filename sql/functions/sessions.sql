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
