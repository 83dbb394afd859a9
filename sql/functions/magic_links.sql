-- Signing in by a link that comes by mail. The service makes the token and seals the mail; here are only its hash and
-- the sealed bytes.

CREATE OR REPLACE FUNCTION convene.request_magic_link(
    p_email text, p_org_slug text, p_token_hash bytea, p_key_id text, p_payload bytea
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, convene, pg_temp AS $$
DECLARE
    addressee record;
BEGIN
    PERFORM convene.require_given(p_email, 'p_email');
    PERFORM convene.require_given(p_token_hash, 'p_token_hash');
    PERFORM convene.require_given(p_key_id, 'p_key_id');
    PERFORM convene.require_given(p_payload, 'p_payload');
    IF p_email !~ '^[^@[:space:]]+@[^@[:space:]]+$' OR char_length(p_email) > 320 THEN
        PERFORM convene.refuse_argument('p_email', 'must be an address');
    END IF;
    -- Ordered, so that two requests for an address that exists in several organizations wait for each other in turn.
    FOR addressee IN
        SELECT u.org_id, u.id
        FROM convene.organizations o
        JOIN convene.users u ON u.org_id = o.id AND u.email = p_email::convene.citext
        WHERE u.is_active AND u.deleted_at IS NULL
          AND (p_org_slug IS NULL OR o.slug = p_org_slug::convene.citext)
        ORDER BY u.id
        FOR NO KEY UPDATE OF u
    LOOP
        DELETE FROM convene.magic_links l WHERE l.org_id = addressee.org_id AND l.user_id = addressee.id;
        DELETE FROM convene.email_deliveries d
        WHERE d.org_id = addressee.org_id AND d.user_id = addressee.id AND d.template = 'magic_link';
        INSERT INTO convene.magic_links (org_id, id, user_id, token_hash, expires_at)
        VALUES (addressee.org_id, convene.new_id(addressee.org_id), addressee.id, p_token_hash, clock_timestamp() + interval '15 minutes');
        INSERT INTO convene.email_deliveries (org_id, id, user_id, template, key_id, payload)
        VALUES (addressee.org_id, convene.new_id(addressee.org_id), addressee.id, 'magic_link', p_key_id, p_payload);
    END LOOP;
END
$$;
COMMENT ON FUNCTION convene.request_magic_link(text, text, bytea, text, bytea) IS
'Queues a mail with a link that signs in whoever has the address, for 15 minutes and once. An earlier link of theirs is
void. Nothing tells whether the address is known.
Arguments: p_email; p_org_slug, the organization, NULL for all that know the address; p_token_hash, SHA-256 of the
token in the link; p_key_id and p_payload, the mail''s content as the service sealed it.
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

    UPDATE convene.magic_links l
    SET used_at = clock_timestamp()
    FROM convene.organizations o, convene.users u
    WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp()
      AND o.id = l.org_id AND o.slug = organizations[1]::convene.citext
      AND u.org_id = l.org_id AND u.id = l.user_id AND u.is_active AND u.deleted_at IS NULL
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
Refuses: VALIDATION_ERROR, MAGIC_LINK_INVALID (unknown, used, expired, or a newer one was asked for).';
