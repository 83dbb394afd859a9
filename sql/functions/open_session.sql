CREATE OR REPLACE FUNCTION convene.open_session(p_email text, p_token_hash bytea, p_org_slug text DEFAULT NULL)
RETURNS TABLE (user_id uuid, org_id integer, session_id uuid, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    found_users record;
BEGIN
    PERFORM convene.require_given(p_email, 'p_email');
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    IF octet_length(p_token_hash) <> 32 THEN
        PERFORM convene.refuse_argument('p_token_hash', 'must be the 32 bytes of a SHA-256');
    END IF;

    SELECT count(*) AS how_many, min(u.org_id) AS org_id, (array_agg(u.id))[1] AS id, bool_and(convene.is_active_now(u)) AS may_act
    INTO found_users
    FROM convene.organizations o
    JOIN convene.users u ON u.org_id = o.id AND u.email = p_email::convene.citext AND u.deleted_at IS NULL
    WHERE p_org_slug IS NULL OR o.slug = p_org_slug::convene.citext;
    IF found_users.how_many = 0 THEN
        PERFORM convene.refuse_argument('p_email', 'belongs to no user');
    ELSIF found_users.how_many > 1 THEN
        PERFORM convene.refuse_argument('p_org_slug', 'must be given: several organizations have this address');
    ELSIF NOT found_users.may_act THEN
        PERFORM convene.refuse_inactive(u) FROM convene.users u WHERE u.id = found_users.id;
    END IF;

    RETURN QUERY
    INSERT INTO convene.sessions AS s (org_id, id, user_id, token_hash, expires_at)
    VALUES (
        found_users.org_id, convene.new_id(found_users.org_id), found_users.id, p_token_hash,
        clock_timestamp() + interval '7 days'
    )
    RETURNING s.user_id, s.org_id, s.id, s.expires_at;
END
$$;
COMMENT ON FUNCTION convene.open_session(text, bytea, text) IS
'Opens a session of 7 days for a user: an operator''s way in, not granted to the service.
Arguments: p_email, the user''s address; p_token_hash, SHA-256 of a token that the caller made up and keeps;
p_org_slug, the organization, needed only when the address exists in several.
Returns: one row.
Refuses: VALIDATION_ERROR (unknown or ambiguous address, wrong hash), USER_INACTIVE.';
