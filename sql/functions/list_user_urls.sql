CREATE OR REPLACE FUNCTION convene.list_user_urls(p_user_id uuid, p_actor_id uuid)
RETURNS TABLE ("position" integer, label text, url text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    -- Refuses when the user is not theirs to see.
    PERFORM FROM convene.get_user(p_user_id, p_actor_id);
    RETURN QUERY
    SELECT u.position::integer, u.label, u.url
    FROM convene.user_urls u
    WHERE u.org_id = actor.org_id AND u.user_id = p_user_id
    ORDER BY u.position;
END
$$;
COMMENT ON FUNCTION convene.list_user_urls(uuid, uuid) IS
'The addresses that a user shows, to those who may see the user (get_user).
Arguments: p_user_id, whose; p_actor_id, who looks.
Returns: at most ten, in their order.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND (unknown, removed, or not theirs to see), USER_INACTIVE (the actor).';
