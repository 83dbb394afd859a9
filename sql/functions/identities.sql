-- Who an outside issuer's subjects are.

CREATE OR REPLACE FUNCTION convene.issuer_lock(p_issuer text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended('issuer ' || p_issuer, 0)
$$;
COMMENT ON FUNCTION convene.issuer_lock(text) IS
'The advisory lock of an outside issuer: shared by those who link its subjects, whole for who gives it to an organization. For
use in other functions; granted to nobody.
Arguments: p_issuer.
Returns: the lock''s key, NULL for NULL.';

CREATE OR REPLACE FUNCTION convene.give_issuer(p_org_slug text, p_issuer text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    owner integer;
    ended integer;
BEGIN
    PERFORM convene.require_given(p_org_slug, 'p_org_slug');
    PERFORM convene.require_given(p_issuer, 'p_issuer');
    PERFORM convene.require_line(p_issuer, 1, 255, 'p_issuer');
    SELECT o.id INTO owner FROM convene.organizations o WHERE o.slug = p_org_slug::convene.citext;
    IF NOT FOUND THEN
        PERFORM convene.refuse_argument('p_org_slug', 'names no organization');
    END IF;
    -- Who is linking themselves to one of its subjects is waited for, and that link is seen below.
    PERFORM pg_advisory_xact_lock(convene.issuer_lock(p_issuer));
    INSERT INTO convene.issuers AS i (org_id, issuer) VALUES (owner, p_issuer)
    ON CONFLICT (issuer) DO UPDATE SET org_id = EXCLUDED.org_id, created_at = clock_timestamp()
    WHERE i.org_id <> EXCLUDED.org_id;
    DELETE FROM convene.user_identities i WHERE i.issuer = p_issuer AND i.org_id <> owner;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
COMMENT ON FUNCTION convene.give_issuer(text, text) IS
'From now on an outside issuer is one organization''s: its admins say who the subjects are, and its tokens sign in nobody
of another organization; links of users elsewhere end. For operators; not granted to the service.
Arguments: p_org_slug, the organization; p_issuer, the tokens'' iss exactly, 1 to 255 characters.
Returns: how many links of other organizations'' users ended.
Refuses: VALIDATION_ERROR (NULL, form, unknown organization).';

CREATE OR REPLACE FUNCTION convene.take_issuer_back(p_issuer text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    PERFORM convene.require_given(p_issuer, 'p_issuer');
    DELETE FROM convene.issuers i WHERE i.issuer = p_issuer;
    IF NOT FOUND THEN
        PERFORM convene.refuse('ISSUER_NOT_FOUND', jsonb_build_object('issuer', p_issuer));
    END IF;
    DELETE FROM convene.user_identities i WHERE i.issuer = p_issuer;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END
$$;
COMMENT ON FUNCTION convene.take_issuer_back(text) IS
'An outside issuer is no organization''s any more. All links of its subjects end, because nothing proves them now; users can
make new ones with a token. For operators; not granted to the service.
Arguments: p_issuer, the tokens'' iss exactly.
Returns: how many links ended.
Refuses: VALIDATION_ERROR (NULL), ISSUER_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.add_identity(
    p_org_id integer, p_user_id uuid, p_issuer text, p_subject text, OUT id uuid, OUT created_at timestamptz
)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    PERFORM convene.check_identity(p_issuer, p_subject);
    -- Who is being erased is waited for: nothing of them may be written afterwards.
    PERFORM FROM convene.users u
    WHERE u.org_id = p_org_id AND u.id = p_user_id AND u.deleted_at IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('USER_NOT_FOUND', jsonb_build_object('user_id', p_user_id));
    END IF;
    -- Somebody else's id, in whichever organization, already means them.
    IF NOT EXISTS (
        SELECT FROM convene.users u WHERE u.id = convene.subject_as_id(p_subject) AND u.id <> p_user_id
    ) THEN
        INSERT INTO convene.user_identities AS i (org_id, id, user_id, issuer, subject)
        VALUES (p_org_id, convene.new_id(p_org_id), p_user_id, p_issuer, p_subject)
        ON CONFLICT (issuer, subject) DO NOTHING
        RETURNING i.id, i.created_at INTO add_identity.id, add_identity.created_at;
    END IF;
    IF add_identity.id IS NULL THEN
        PERFORM convene.refuse('IDENTITY_TAKEN', '{}');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.add_identity(integer, uuid, text, text) IS
'Links a subject to a user. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user; p_issuer and p_subject.
Returns: the identity''s id, and when it was linked.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, IDENTITY_TAKEN.';

CREATE OR REPLACE FUNCTION convene.link_identity(p_actor_id uuid, p_user_id uuid, p_issuer text, p_subject text)
RETURNS TABLE (id uuid, issuer text, subject text, created_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_admin(p_actor_id, 'link identities');
    made    record;
BEGIN
    PERFORM convene.check_identity(p_issuer, p_subject);
    -- Locked: an operator who gives the issuer to others meanwhile waits, and then ends this link, too.
    PERFORM FROM convene.issuers i WHERE i.org_id = own_org AND i.issuer = p_issuer FOR SHARE;
    IF NOT FOUND THEN
        PERFORM convene.refuse('ISSUER_NOT_FOUND', jsonb_build_object('issuer', p_issuer));
    END IF;
    SELECT * INTO made FROM convene.add_identity(own_org, p_user_id, p_issuer, p_subject);
    PERFORM convene.audit(
        own_org, p_actor_id, 'link_identity', 'user', p_user_id::text,
        jsonb_build_object('identity_id', made.id, 'issuer', p_issuer)
    );
    RETURN QUERY SELECT made.id, p_issuer, p_subject, made.created_at;
END
$$;
COMMENT ON FUNCTION convene.link_identity(uuid, uuid, text, text) IS
'From now on the tokens of the organization''s own issuer for a subject sign a user in.
Arguments: p_actor_id, an admin; p_user_id, whom; p_issuer and p_subject, the tokens'' iss and sub exactly, 1 to 255
characters each.
Returns: the identity.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED, ISSUER_NOT_FOUND unless an operator
gave the issuer to the organization (give_issuer), IDENTITY_TAKEN when the subject signs somebody in already.';

CREATE OR REPLACE FUNCTION convene.link_own_identity(p_actor_id uuid, p_issuer text, p_subject text)
RETURNS TABLE (id uuid, issuer text, subject text, created_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    actor record;
    made  record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    -- An issuer that is nobody's has no row that could be locked. Whoever gives it to an organization meanwhile waits, and
    -- then ends this link, too.
    PERFORM pg_advisory_xact_lock_shared(convene.issuer_lock(p_issuer));
    IF EXISTS (SELECT FROM convene.issuers i WHERE i.issuer = p_issuer AND i.org_id <> actor.org_id) THEN
        PERFORM convene.refuse('ISSUER_NOT_FOUND', jsonb_build_object('issuer', p_issuer));
    END IF;
    SELECT * INTO made FROM convene.add_identity(actor.org_id, actor.id, p_issuer, p_subject);
    RETURN QUERY SELECT made.id, p_issuer, p_subject, made.created_at;
END
$$;
COMMENT ON FUNCTION convene.link_own_identity(uuid, text, text) IS
'From now on an outside issuer''s tokens for a subject sign the acting user in. The caller has verified such a token, which
they showed: that proves that the subject is theirs.
Arguments: p_actor_id, whose; p_issuer and p_subject, the token''s iss and sub, 1 to 255 characters each.
Returns: the identity.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE, ISSUER_NOT_FOUND when the issuer is another organization''s,
IDENTITY_TAKEN when the subject signs somebody in already.';

CREATE OR REPLACE FUNCTION convene.unlink_identity(p_actor_id uuid, p_user_id uuid, p_identity_id uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    own_org integer := convene.require_self_or_admin(p_actor_id, p_user_id, 'unlink identities');
    gone    record;
BEGIN
    PERFORM convene.require_given(p_identity_id, 'p_identity_id');
    DELETE FROM convene.user_identities i
    WHERE i.org_id = own_org AND i.user_id = p_user_id AND i.id = p_identity_id
    RETURNING i.issuer INTO gone;
    IF NOT FOUND THEN
        PERFORM convene.refuse('IDENTITY_NOT_FOUND', jsonb_build_object('identity_id', p_identity_id));
    END IF;
    IF p_user_id <> p_actor_id THEN
        PERFORM convene.audit(
            own_org, p_actor_id, 'unlink_identity', 'user', p_user_id::text,
            jsonb_build_object('identity_id', p_identity_id, 'issuer', gone.issuer)
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.unlink_identity(uuid, uuid, uuid) IS
'An outside issuer''s tokens sign a user in no more.
Arguments: p_actor_id, the user or an admin; p_user_id, whom; p_identity_id, which of the user''s identities.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND and USER_INACTIVE (the actor), NOT_AUTHORIZED, IDENTITY_NOT_FOUND.';

CREATE OR REPLACE FUNCTION convene.list_identities(p_actor_id uuid, p_user_id uuid)
RETURNS TABLE (id uuid, issuer text, subject text, created_at timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 2
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own_org integer := convene.require_self_or_admin(p_actor_id, p_user_id, 'see identities');
BEGIN
    PERFORM convene.require_user(own_org, p_user_id);
    RETURN QUERY
    SELECT i.id, i.issuer, i.subject, i.created_at
    FROM convene.user_identities i
    WHERE i.org_id = own_org AND i.user_id = p_user_id
    ORDER BY i.created_at, i.id;
END
$$;
COMMENT ON FUNCTION convene.list_identities(uuid, uuid) IS
'Which outside subjects a user is, oldest first.
Arguments: p_actor_id, the user or an admin; p_user_id, whose.
Returns: the identities.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE (the actor), NOT_AUTHORIZED.';
