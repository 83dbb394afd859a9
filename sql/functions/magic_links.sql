-- Signing in by a link that comes by mail. The service makes the token and seals the mail; here are only its hash and
-- the sealed bytes.

CREATE OR REPLACE FUNCTION convene.request_magic_link(
    p_email text, p_org_slug text, p_token_hash bytea, p_key_id text, p_payload bytea
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    bucket bytea;
BEGIN
    PERFORM convene.require_given(p_email, 'p_email');
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    PERFORM convene.require_given(p_key_id, 'p_key_id');
    PERFORM convene.require_given(p_payload, 'p_payload');
    IF NOT convene.is_email_address(p_email) THEN
        PERFORM convene.refuse_argument('p_email', 'must be an email address');
    END IF;
    PERFORM convene.require_line(p_org_slug, 1, 63, 'p_org_slug');
    -- One mail in 12 minutes, five at once: a link lives longer than that, so somebody who asks in another's name can
    -- neither flood them nor leave them without a link that works. The organization counts, too, because asking for one that
    -- does not know the address sends nothing.
    bucket := sha256(convert_to(concat_ws(' ', 'magic_link', lower(p_email), lower(p_org_slug)), 'UTF8'));
    IF (SELECT t.granted FROM convene.take_tokens(bucket, 5, interval '1 hour', 1) t) = 1 THEN
        INSERT INTO convene.link_requests (email, org_slug, token_hash, key_id, payload)
        VALUES (p_email::convene.citext, p_org_slug::convene.citext, p_token_hash, p_key_id, p_payload);
    END IF;
END
$$;
COMMENT ON FUNCTION convene.request_magic_link(text, text, bytea, text, bytea) IS
'Queues a mail with a link that signs in whoever has the address, for 15 minutes and once. Earlier links stay valid. An
address is sent five mails at once and five an hour, for each organization that is named and for none; what is above is
dropped. Nothing, the time it takes included, tells
whether the address is known.
Arguments: p_email; p_org_slug, the organization, NULL for all that know the address; p_token_hash, SHA-256 of the
token in the link; p_key_id and p_payload, the mail''s content as the service sealed it.
Refuses: VALIDATION_ERROR.';

CREATE OR REPLACE FUNCTION convene.answer_link_requests(p_limit integer DEFAULT 100) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    answered integer;
BEGIN
    PERFORM convene.require_limit(p_limit, 1000);
    WITH claimed AS (
        DELETE FROM convene.link_requests r
        WHERE r.id IN (SELECT c.id FROM convene.link_requests c ORDER BY c.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
        RETURNING r.email, r.org_slug, r.token_hash, r.key_id, r.payload, r.created_at
    ),
    -- Who is being erased or switched off is waited for; in the order in which all lock users. Who is suspended learns from
    -- the link why and until when.
    addressees AS MATERIALIZED (
        SELECT u.org_id, u.id, r.token_hash, r.key_id, r.payload
        FROM claimed r
        JOIN convene.organizations o ON r.org_slug IS NULL OR o.slug = r.org_slug
        JOIN convene.users u ON u.org_id = o.id AND u.email = r.email
        WHERE (convene.is_active_now(u) OR u.suspension_reason IS NOT NULL AND u.deleted_at IS NULL)
          AND r.created_at > clock_timestamp() - interval '15 minutes'
        ORDER BY u.id
        FOR NO KEY UPDATE OF u
    ),
    links AS (
        INSERT INTO convene.magic_links (org_id, id, user_id, token_hash, expires_at)
        SELECT a.org_id, convene.new_id(a.org_id), a.id, a.token_hash, clock_timestamp() + interval '15 minutes'
        FROM addressees a
    ),
    mails AS (
        INSERT INTO convene.email_deliveries (org_id, id, user_id, template, key_id, payload)
        SELECT a.org_id, convene.new_id(a.org_id), a.id, 'magic_link', a.key_id, a.payload
        FROM addressees a
    )
    SELECT count(*) INTO answered FROM claimed;
    RETURN answered;
END
$$;
COMMENT ON FUNCTION convene.answer_link_requests(integer) IS
'Makes the links that were asked for and queues the mails, for addresses that are known; oldest first. Safe to call from
many places at once and after a crash. A request older than 15 minutes is dropped.
Arguments: p_limit, the most requests to take, 1 to 1,000.
Returns: how many requests were taken; call again while it is p_limit.
Refuses: VALIDATION_ERROR.';

CREATE OR REPLACE FUNCTION convene.verify_magic_link(p_token_hash bytea, p_session_hash bytea, p_org_slug text DEFAULT NULL)
RETURNS TABLE (user_id uuid, session_id uuid, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    organizations text[];
    link          record;
BEGIN
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    PERFORM convene.require_given(p_session_hash, 'p_session_hash');
    SELECT array_agg(o.slug::text ORDER BY o.slug)
    INTO organizations
    FROM convene.magic_links l
    JOIN convene.organizations o ON o.id = l.org_id
    WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp()
      AND (p_org_slug IS NULL OR o.slug = p_org_slug::convene.citext);
    IF cardinality(organizations) > 1 THEN
        PERFORM convene.refuse_argument('p_org_slug', 'must be one of ' || array_to_string(organizations, ', '));
    END IF;

    PERFORM convene.is_let_in(u)
    FROM convene.magic_links l
    JOIN convene.organizations o ON o.id = l.org_id AND o.slug = organizations[1]::convene.citext
    JOIN convene.users u ON u.org_id = l.org_id AND u.id = l.user_id
    WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp();

    UPDATE convene.magic_links l
    SET used_at = clock_timestamp()
    FROM convene.organizations o, convene.users u
    WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp()
      AND o.id = l.org_id AND o.slug = organizations[1]::convene.citext
      AND u.org_id = l.org_id AND u.id = l.user_id AND convene.is_active_now(u)
    RETURNING l.org_id, l.user_id INTO link;
    IF NOT FOUND THEN
        PERFORM convene.refuse('MAGIC_LINK_INVALID', '{}');
    END IF;
    PERFORM convene.note_activity(link.org_id, link.user_id);
    RETURN QUERY
    INSERT INTO convene.sessions AS s (org_id, id, user_id, token_hash, expires_at)
    VALUES (link.org_id, convene.new_id(link.org_id), link.user_id, p_session_hash, clock_timestamp() + interval '7 days')
    RETURNING s.user_id, s.id, s.expires_at;
END
$$;
COMMENT ON FUNCTION convene.verify_magic_link(bytea, bytea, text) IS
'Uses a link up and opens a session of 7 days.
Arguments: p_token_hash, SHA-256 of the token in the link; p_session_hash, SHA-256 of the session token that the
caller made up; p_org_slug, needed only when the address exists in several organizations, and then nothing is used up.
Returns: one row.
Refuses: VALIDATION_ERROR, MAGIC_LINK_INVALID (unknown, used, or expired), USER_INACTIVE, with reason and end, while the
user is suspended; then nothing is used up.';
