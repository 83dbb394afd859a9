-- Who an outside issuer's subjects are.

CREATE OR REPLACE FUNCTION convene.link_identity(p_actor_id uuid, p_user_id uuid, p_issuer text, p_subject text)
RETURNS TABLE (id uuid, issuer text, subject text, created_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'link identities');
    made_id uuid;
    made_at timestamptz;
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_issuer, 'p_issuer');
    PERFORM convene.require_given(p_subject, 'p_subject');
    IF char_length(p_issuer) NOT BETWEEN 1 AND 255 THEN
        PERFORM convene.refuse_argument('p_issuer', 'must have 1 to 255 characters');
    ELSIF char_length(p_subject) NOT BETWEEN 1 AND 255 THEN
        PERFORM convene.refuse_argument('p_subject', 'must have 1 to 255 characters');
    END IF;
    -- Who is being erased is waited for: nothing of them may be written afterwards.
    PERFORM FROM convene.users u
    WHERE u.org_id = own_org AND u.id = p_user_id AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    -- Somebody else's id, in whichever organization, already means them.
    IF NOT EXISTS (
        SELECT FROM convene.users u WHERE u.id = convene.subject_as_id(p_subject) AND u.id <> p_user_id
    ) THEN
        INSERT INTO convene.user_identities AS i (org_id, id, user_id, issuer, subject)
        VALUES (own_org, convene.new_id(own_org), p_user_id, p_issuer, p_subject)
        ON CONFLICT (issuer, subject) DO NOTHING
        RETURNING i.id, i.created_at INTO made_id, made_at;
    END IF;
    IF made_id IS NULL THEN
        PERFORM convene.refuse('IDENTITY_TAKEN', '{}');
    END IF;
    PERFORM convene.audit(
        own_org, p_actor_id, 'link_identity', 'user', p_user_id::text,
        jsonb_build_object('identity_id', made_id, 'issuer', p_issuer)
    );
    RETURN QUERY SELECT made_id, p_issuer, p_subject, made_at;
END
$$;
COMMENT ON FUNCTION convene.link_identity(uuid, uuid, text, text) IS
'From now on an outside issuer''s tokens for a subject sign a user in.
Arguments: p_actor_id, an admin; p_user_id, whom; p_issuer and p_subject, the tokens'' iss and sub exactly, 1 to 255
characters each.
Returns: the identity.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, IDENTITY_TAKEN when the subject
signs somebody in already, in whichever organization.';

CREATE OR REPLACE FUNCTION convene.unlink_identity(p_actor_id uuid, p_user_id uuid, p_identity_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'unlink identities');
    gone    record;
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.require_given(p_identity_id, 'p_identity_id');
    DELETE FROM convene.user_identities i
    WHERE i.org_id = own_org AND i.user_id = p_user_id AND i.id = p_identity_id
    RETURNING i.issuer INTO gone;
    IF NOT FOUND THEN
        PERFORM convene.refuse('IDENTITY_NOT_FOUND', jsonb_build_object('identity_id', p_identity_id));
    END IF;
    PERFORM convene.audit(
        own_org, p_actor_id, 'unlink_identity', 'user', p_user_id::text,
        jsonb_build_object('identity_id', p_identity_id, 'issuer', gone.issuer)
    );
END
$$;
COMMENT ON FUNCTION convene.unlink_identity(uuid, uuid, uuid) IS
'An outside issuer''s tokens sign a user in no more.
Arguments: p_actor_id, an admin; p_user_id, whom; p_identity_id, which of the user''s identities.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND and USER_INACTIVE (the actor), NOT_AUTHORIZED, IDENTITY_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.list_identities(p_actor_id uuid, p_user_id uuid)
RETURNS TABLE (id uuid, issuer text, subject text, created_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'see identities');
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    IF NOT EXISTS (
        SELECT FROM convene.users u WHERE u.org_id = own_org AND u.id = p_user_id AND u.deleted_at IS NULL
    ) THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    RETURN QUERY
    SELECT i.id, i.issuer, i.subject, i.created_at
    FROM convene.user_identities i
    WHERE i.org_id = own_org AND i.user_id = p_user_id
    ORDER BY i.created_at, i.id;
END
$$;
COMMENT ON FUNCTION convene.list_identities(uuid, uuid) IS
'Which outside subjects a user is, oldest first.
Arguments: p_actor_id, an admin; p_user_id, whose.
Returns: the identities.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED.';
