-- The one definition of who is active. Everything that lists people, lets them in or decides about them asks it, and no
-- job has to run for a suspension to end.

CREATE OR REPLACE FUNCTION convene.is_active_now(p_user convene.users) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p_user.deleted_at IS NULL
        AND (p_user.is_active OR coalesce(p_user.suspended_until <= pg_catalog.statement_timestamp(), false))
$$;
COMMENT ON FUNCTION convene.is_active_now(convene.users) IS
'Whether a user may do anything at present: not removed, and not suspended, or no longer. Planned as a part of the
statement that asks.
Arguments: p_user, a row of convene.users.
Returns: true or false.';

CREATE OR REPLACE FUNCTION convene.refuse_inactive(p_user convene.users) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.refuse('USER_INACTIVE', pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'user_id', p_user.id,
        'reason', CASE WHEN p_user.deleted_at IS NULL THEN p_user.suspension_reason END,
        'until', CASE WHEN p_user.deleted_at IS NULL THEN p_user.suspended_until END
    )));
END
$$;
COMMENT ON FUNCTION convene.refuse_inactive(convene.users) IS
'Tells somebody that they are not active, and if they are suspended, why and until when. For use in other functions;
granted to nobody.
Arguments: p_user, a row of convene.users.
Returns: never.
Refuses: USER_INACTIVE, always.';
