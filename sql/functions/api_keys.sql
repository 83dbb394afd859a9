-- Keys with which programs act for a user. The service makes the key and knows what scopes mean.

CREATE OR REPLACE FUNCTION convene.create_api_key(
    p_actor_id uuid, p_name text, p_scopes text[], p_prefix text, p_token_hash bytea, p_expires_at timestamptz DEFAULT NULL
) RETURNS TABLE (id uuid, name text, prefix text, scopes text[], created_at timestamptz, expires_at timestamptz,
    last_used_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.check_new_api_key(p_name, p_scopes, p_expires_at, clock_timestamp());
    PERFORM convene.require_given(p_prefix, 'p_prefix');
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    RETURN QUERY
    INSERT INTO convene.api_keys AS k (org_id, id, user_id, name, prefix, token_hash, scopes, expires_at)
    VALUES (actor.org_id, convene.new_id(actor.org_id), actor.id, btrim(p_name), p_prefix, p_token_hash, p_scopes, p_expires_at)
    RETURNING k.id, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.last_used_at;
END
$$;
COMMENT ON FUNCTION convene.create_api_key(uuid, text, text[], text, bytea, timestamptz) IS
'Makes a key that acts for the user within scopes.
Arguments: p_actor_id, the user; p_name, 1 to 100 characters; p_scopes, at least one; p_prefix, the key''s first
characters; p_token_hash, SHA-256 of the key; p_expires_at, NULL is never.
Returns: the key, without its secret.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.list_api_keys(p_actor_id uuid)
RETURNS TABLE (id uuid, name text, prefix text, scopes text[], created_at timestamptz, expires_at timestamptz,
    last_used_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 5
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    RETURN QUERY
    SELECT k.id, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.last_used_at
    FROM convene.api_keys k
    WHERE k.org_id = actor.org_id AND k.user_id = actor.id AND k.revoked_at IS NULL
    ORDER BY k.created_at DESC, k.id DESC;
END
$$;
COMMENT ON FUNCTION convene.list_api_keys(uuid) IS
'A user''s keys, newest first: expired ones too, revoked ones not.
Arguments: p_actor_id, whose.
Returns: the keys, without their secrets.
Refuses: USER_NOT_FOUND, USER_INACTIVE.';

CREATE OR REPLACE FUNCTION convene.list_organization_api_keys(p_actor_id uuid)
RETURNS TABLE (id uuid, user_id uuid, user_name text, name text, prefix text, scopes text[], created_at timestamptz,
    expires_at timestamptz, last_used_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'see everybody''s keys');
BEGIN
    RETURN QUERY
    SELECT k.id, k.user_id, u.name, k.name, k.prefix, k.scopes, k.created_at, k.expires_at, k.last_used_at
    FROM convene.api_keys k
    JOIN convene.users u ON u.org_id = k.org_id AND u.id = k.user_id
    WHERE k.org_id = own_org AND k.revoked_at IS NULL
    ORDER BY k.created_at DESC, k.id DESC;
END
$$;
COMMENT ON FUNCTION convene.list_organization_api_keys(uuid) IS
'Everybody''s keys, newest first, for admins: expired ones too, revoked ones not.
Arguments: p_actor_id, the admin.
Returns: the keys with their users, without their secrets.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';

CREATE OR REPLACE FUNCTION convene.revoke_api_key(p_actor_id uuid, p_api_key_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor    record;
    owner_id uuid;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_api_key_id, 'p_api_key_id');
    UPDATE convene.api_keys k
    SET revoked_at = clock_timestamp()
    WHERE k.org_id = actor.org_id AND k.id = p_api_key_id AND k.revoked_at IS NULL
      AND (k.user_id = actor.id OR actor.role = 'admin')
    RETURNING k.user_id INTO owner_id;
    IF NOT FOUND THEN
        PERFORM convene.refuse('API_KEY_NOT_FOUND', jsonb_build_object('api_key_id', p_api_key_id));
    END IF;
    IF owner_id <> actor.id THEN
        PERFORM convene.audit(
            actor.org_id, actor.id, 'revoke_api_key', 'api_key', p_api_key_id::text,
            jsonb_build_object('user_id', owner_id)
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.revoke_api_key(uuid, uuid) IS
'Ends a key: one''s own, or as an admin anybody''s in the organization.
Arguments: p_actor_id, who ends it; p_api_key_id.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, API_KEY_NOT_FOUND (unknown, another''s, or ended already).';

CREATE OR REPLACE FUNCTION convene.authenticate_api_key(p_token_hash bytea)
RETURNS TABLE (user_id uuid, org_id integer, role text, api_key_id uuid, scopes text[], expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    current record;
BEGIN
    SELECT
        k.org_id, k.id, k.user_id, k.scopes, k.expires_at, u.role, u AS person,
        (k.last_used_at IS NULL OR k.last_used_at < clock_timestamp() - interval '1 minute')
            AND convene.is_writable() AS is_to_note
    INTO current
    FROM convene.api_keys k
    JOIN convene.users u ON u.org_id = k.org_id AND u.id = k.user_id
    WHERE k.token_hash = p_token_hash
      AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp());
    IF NOT FOUND OR NOT convene.is_let_in(current.person) THEN
        RETURN;
    END IF;
    IF current.is_to_note THEN
        UPDATE convene.api_keys k
        SET last_used_at = clock_timestamp()
        WHERE k.org_id = current.org_id AND k.id = current.id
          AND (k.last_used_at IS NULL OR k.last_used_at < clock_timestamp() - interval '1 minute');
        PERFORM convene.note_activity(current.org_id, current.user_id);
    END IF;
    RETURN QUERY
    SELECT current.user_id, current.org_id, current.role, current.id, current.scopes, current.expires_at;
END
$$;
COMMENT ON FUNCTION convene.authenticate_api_key(bytea) IS
'The user behind a key, and what it may do. Notes its use at most once a minute.
Arguments: p_token_hash, SHA-256 of the key.
Returns: one row, or none when the key is unknown, ended or expired, or its user is switched off or removed.
Refuses: USER_INACTIVE, with reason and end, while the user is suspended.';
