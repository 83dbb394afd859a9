-- Who is behind a request. Runs before every one of them, so the usual case is one read and no write: a session is
-- extended, and a user's activity noted, at most once a day. Where nothing can be written, that waits.

CREATE OR REPLACE FUNCTION convene.is_writable() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT pg_catalog.current_setting('transaction_read_only') = 'off'
$$;
COMMENT ON FUNCTION convene.is_writable() IS
'Whether the present transaction may write. For use in other functions; granted to nobody.
Returns: false on a standby, and where an administrator lets nobody write.';

CREATE OR REPLACE FUNCTION convene.note_activity(p_org_id integer, p_user_id uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
    UPDATE convene.users u
    SET last_activity_at = pg_catalog.clock_timestamp(), dormant_since = NULL
    FROM (
        -- A user whose row is locked is being seen active by whoever holds it; nobody waits for this.
        SELECT s.org_id, s.id
        FROM convene.users s
        WHERE s.org_id = p_org_id AND s.id = p_user_id AND convene.is_active_now(s)
          AND (s.dormant_since IS NOT NULL OR s.last_activity_at < pg_catalog.clock_timestamp() - interval '1 day')
        FOR NO KEY UPDATE SKIP LOCKED
    ) seen
    WHERE u.org_id = seen.org_id AND u.id = seen.id
$$;
COMMENT ON FUNCTION convene.note_activity(integer, uuid) IS
'Notes that a user is active, at most once a day, and wakes a dormant one. For use in other functions; granted to
nobody.
Arguments: p_org_id and p_user_id, the user.';

CREATE OR REPLACE FUNCTION convene.is_let_in(p_user convene.users) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF convene.is_active_now(p_user) THEN
        RETURN true;
    ELSIF p_user.deleted_at IS NULL AND p_user.suspension_reason IS NOT NULL THEN
        PERFORM convene.refuse_inactive(p_user);
    END IF;
    RETURN false;
END
$$;
COMMENT ON FUNCTION convene.is_let_in(convene.users) IS
'Whether somebody who has shown a good token may act. For use in other functions; granted to nobody.
Arguments: p_user, a row of convene.users: whose token it is.
Returns: false for who was switched off without a reason, or removed: their token signs nobody in.
Refuses: USER_INACTIVE, with reason and end, to who is suspended.';

CREATE OR REPLACE FUNCTION convene.authenticate_session(p_token_hash bytea)
RETURNS TABLE (user_id uuid, org_id integer, role text, session_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    current record;
BEGIN
    SELECT
        s.org_id, s.id, s.user_id, u.role, u AS person,
        s.extended_at < clock_timestamp() - interval '1 day' AND s.expires_at < s.created_at + interval '30 days'
            AND convene.is_writable() AS is_to_extend,
        (u.dormant_since IS NOT NULL OR u.last_activity_at < clock_timestamp() - interval '1 day')
            AND convene.is_writable() AS is_to_note
    INTO current
    FROM convene.sessions s
    JOIN convene.users u ON u.org_id = s.org_id AND u.id = s.user_id
    WHERE s.token_hash = p_token_hash
      AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp();
    IF NOT FOUND OR NOT convene.is_let_in(current.person) THEN
        RETURN;
    END IF;
    IF current.is_to_extend THEN
        UPDATE convene.sessions s
        SET extended_at = clock_timestamp(),
            expires_at = least(clock_timestamp() + interval '7 days', s.created_at + interval '30 days')
        WHERE s.org_id = current.org_id AND s.id = current.id AND s.revoked_at IS NULL
          AND s.extended_at < clock_timestamp() - interval '1 day';
    END IF;
    IF current.is_to_note THEN
        PERFORM convene.note_activity(current.org_id, current.user_id);
    END IF;
    RETURN QUERY SELECT current.user_id, current.org_id, current.role, current.id;
END
$$;
COMMENT ON FUNCTION convene.authenticate_session(bytea) IS
'The user behind a session token. Extends the session to 7 days from now, but to no more than 30 days in all, and notes
the user''s activity, at most once a day each.
Arguments: p_token_hash, SHA-256 of the bearer token.
Returns: one row, or none when the token is unknown, ended or expired, or its user is switched off or removed.
Refuses: USER_INACTIVE, with reason and end, while the user is suspended.';

CREATE OR REPLACE FUNCTION convene.authenticate_user(p_user_id uuid)
RETURNS TABLE (user_id uuid, org_id integer, role text)
LANGUAGE plpgsql VOLATILE ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    current record;
BEGIN
    SELECT
        u.id, u.org_id, u.role, u AS person,
        (u.dormant_since IS NOT NULL OR u.last_activity_at < clock_timestamp() - interval '1 day')
            AND convene.is_writable() AS is_to_note
    INTO current
    FROM convene.users u
    WHERE u.id = p_user_id;
    IF NOT FOUND OR NOT convene.is_let_in(current.person) THEN
        RETURN;
    END IF;
    IF current.is_to_note THEN
        PERFORM convene.note_activity(current.org_id, current.id);
    END IF;
    RETURN QUERY SELECT current.id, current.org_id, current.role;
END
$$;
COMMENT ON FUNCTION convene.authenticate_user(uuid) IS
'A user who is signed in by their id. Notes the user''s activity at most once a day. For use in other functions;
granted to nobody.
Arguments: p_user_id.
Returns: one row, or none when there is no such active user.
Refuses: USER_INACTIVE, with reason and end, while the user is suspended.';

CREATE OR REPLACE FUNCTION convene.subject_as_id(p_subject text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_subject ~* '^([0-9a-f]{4}-?){7}[0-9a-f]{4}$' THEN p_subject::uuid END
$$;
COMMENT ON FUNCTION convene.subject_as_id(text) IS
'The id that a token''s subject is. For use in other functions; granted to nobody.
Arguments: p_subject.
Returns: the id, or NULL when the subject is something else.';

CREATE OR REPLACE FUNCTION convene.authenticate_subject(p_issuer text, p_subject text)
RETURNS TABLE (user_id uuid, org_id integer, role text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    owner integer := (SELECT i.org_id FROM convene.issuers i WHERE i.issuer = p_issuer);
    meant uuid;
BEGIN
    SELECT i.user_id INTO meant
    FROM convene.user_identities i
    WHERE i.issuer = p_issuer AND i.subject = p_subject;
    meant := coalesce(meant, convene.subject_as_id(p_subject));
    -- An organization's own issuer can write any subject, also the id of somebody elsewhere.
    IF owner IS NULL OR owner = (SELECT u.org_id FROM convene.users u WHERE u.id = meant) THEN
        RETURN QUERY SELECT * FROM convene.authenticate_user(meant);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.authenticate_subject(text, text) IS
'The user that a verified token of an outside issuer means: the one its subject is linked to, or else the one whose id
the subject is. An issuer that is one organization''s means its users only. Notes the user''s activity at most once a day.
Arguments: p_issuer, the token''s iss, NULL without one; p_subject, its sub.
Returns: one row, or none when there is no such active user.
Refuses: USER_INACTIVE, with reason and end, while the user is suspended.';
