-- What a mentor shows, and one mentor. The search is list_mentors.

CREATE OR REPLACE FUNCTION convene.shown_by_user(p_org_id integer, p_user_id uuid)
RETURNS TABLE (tags jsonb, urls jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT
        (
            SELECT coalesce(
                pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_build_object('id', t.id, 'kind', t.kind, 'name', t.name)
                    ORDER BY t.kind, t.name, t.id
                ), '[]'
            )
            FROM convene.user_tags ut
            JOIN convene.tags t ON t.org_id = ut.org_id AND t.id = ut.tag_id
            WHERE ut.org_id = p_org_id AND ut.user_id = p_user_id
        ),
        (
            SELECT coalesce(
                pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_build_object('label', a.label, 'url', a.url) ORDER BY a."position"
                ), '[]'
            )
            FROM convene.user_urls a
            WHERE a.org_id = p_org_id AND a.user_id = p_user_id
        )
$$;
COMMENT ON FUNCTION convene.shown_by_user(integer, uuid) IS
'What a user shows besides their profile. As part of a list it is planned with it: two ranges of primary keys for each
row of the page. For use in other functions; granted to nobody.
Arguments: p_org_id and p_user_id, the user.
Returns: one row: tags, an array of {id, kind, name} by kind and name; urls, an array of {label, url}, at most ten, in
their order.';

CREATE OR REPLACE FUNCTION convene.get_mentor(p_mentor_id uuid, p_actor_id uuid)
RETURNS TABLE (
    id uuid, name text, title text, company text, bio text, time_zone text,
    reputation_score double precision, reputation_tier text, is_dormant boolean, tags jsonb, urls jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor record;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_given(p_mentor_id, 'p_mentor_id');
    RETURN QUERY
    SELECT
        u.id, u.name, u.title, u.company, u.bio, u.time_zone::text,
        u.reputation_score, u.reputation_tier, u.dormant_since IS NOT NULL, shown.tags, shown.urls
    FROM convene.users u
    CROSS JOIN LATERAL convene.shown_by_user(u.org_id, u.id) AS shown
    WHERE u.org_id = actor.org_id AND u.id = p_mentor_id AND u.role = 'mentor' AND convene.is_active_now(u);
    IF NOT FOUND THEN
        PERFORM convene.refuse('MENTOR_NOT_FOUND', jsonb_build_object('mentor_id', p_mentor_id));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.get_mentor(uuid, uuid) IS
'One active mentor of the actor''s organization.
Arguments: p_mentor_id; p_actor_id, who looks.
Returns: one row, as list_mentors returns it.
Refuses: VALIDATION_ERROR (NULL), USER_NOT_FOUND, USER_INACTIVE (the actor), MENTOR_NOT_FOUND (unknown, not active, or no
mentor).';
