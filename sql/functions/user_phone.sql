CREATE OR REPLACE FUNCTION convene.user_phone(p_user_id uuid, p_actor_id uuid)
RETURNS TABLE (org_id integer, record_id text, key_id text, phone bytea)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_user_id, 'p_user_id');
    IF p_user_id <> actor.id AND NOT actor.is_staff THEN
        PERFORM convene.refuse('NOT_AUTHORIZED', jsonb_build_object('action', 'see this user''s phone'));
    END IF;
    PERFORM convene.require_user(actor.org_id, p_user_id);
    RETURN QUERY
    SELECT p.org_id, p.record_id, p.key_id, p.phone
    FROM convene.user_phones p
    WHERE p.org_id = actor.org_id AND p.user_id = p_user_id;
END
$$;
COMMENT ON FUNCTION convene.user_phone(uuid, uuid) IS
'A user''s phone number, sealed: for themselves, coordinators and admins. For the service, which opens it.
Arguments: p_user_id, whose; p_actor_id, who looks.
Returns: one row, none where no number is known; record_id, the record of Airtable for which it is sealed.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE, NOT_AUTHORIZED.';
