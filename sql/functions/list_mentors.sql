-- A search that is slow in no combination of its filters: the list is walked in its own order, and what a filter asks
-- of a mentor is either in the row, in a set made once (tags), or one probe of an index (free slots).

CREATE OR REPLACE FUNCTION convene.list_mentors(
    p_actor_id   uuid,
    p_limit      integer DEFAULT 50,
    p_after_name text DEFAULT NULL,
    p_after_id   uuid DEFAULT NULL,
    p_tier       text DEFAULT NULL,
    p_tags       uuid[] DEFAULT NULL,
    p_match      text DEFAULT 'any',
    p_free_from  timestamptz DEFAULT NULL,
    p_free_to    timestamptz DEFAULT NULL,
    p_q          text DEFAULT NULL
) RETURNS TABLE (
    id uuid, name text, title text, company text, bio text, time_zone text,
    reputation_score double precision, reputation_tier text, is_dormant boolean, tags jsonb, urls jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 50
SET search_path = pg_catalog, convene, pg_temp AS $$
#variable_conflict use_column
DECLARE
    actor       record;
    needle      text := lower(p_q);
    -- How many of the tags a mentor must have.
    tags_wanted bigint;
    -- Tags whose name has the text.
    tags_named  uuid[];
    free_from   timestamptz;
BEGIN
    SELECT * INTO actor FROM convene.require_actor(p_actor_id);
    PERFORM convene.require_limit(p_limit);
    PERFORM convene.require_one_of(p_tier, ARRAY['bronze', 'silver', 'gold', 'platinum'], 'p_tier');
    PERFORM convene.require_cursor(
        p_after_name IS NOT NULL, p_after_id IS NOT NULL, 'p_after_name', 'p_after_id'
    );
    PERFORM convene.require_given(p_match, 'p_match');
    PERFORM convene.require_one_of(p_match, ARRAY['any', 'all'], 'p_match');
    IF cardinality(p_tags) NOT BETWEEN 1 AND 50 OR array_position(p_tags, NULL) IS NOT NULL THEN
        PERFORM convene.refuse_argument('p_tags', 'must be 1 to 50 tags');
    END IF;
    IF p_free_to <= p_free_from THEN
        PERFORM convene.refuse_argument('p_free_to', 'must be after free_from');
    END IF;
    IF char_length(p_q) NOT BETWEEN 1 AND 200 OR p_q ~ '[[:cntrl:]]' THEN
        PERFORM convene.refuse_argument('p_q', 'must be 1 to 200 characters, and none that control');
    END IF;
    IF p_tags IS NOT NULL THEN
        tags_wanted := CASE p_match WHEN 'any' THEN 1 ELSE (SELECT count(DISTINCT tag) FROM unnest(p_tags) AS tag) END;
    END IF;
    IF needle IS NOT NULL THEN
        tags_named := ARRAY(
            SELECT t.id FROM convene.tags t
            WHERE t.org_id = actor.org_id AND strpos(lower(t.name::text), needle) > 0
        );
    END IF;
    IF p_free_from IS NOT NULL OR p_free_to IS NOT NULL THEN
        SELECT greatest(p_free_from, now() + make_interval(mins => o.minimum_notice_minutes)) INTO free_from
        FROM convene.organizations o
        WHERE o.id = actor.org_id;
    END IF;
    RETURN QUERY
    SELECT
        page.id, page.name, page.title, page.company, page.bio, page.time_zone, page.reputation_score,
        page.reputation_tier, page.is_dormant, shown.tags, shown.urls
    FROM (
        SELECT
            u.org_id, u.id, u.name, u.title, u.company, u.bio, u.time_zone::text AS time_zone,
            u.reputation_score, u.reputation_tier, u.dormant_since IS NOT NULL AS is_dormant
        FROM convene.users u
        WHERE u.org_id = actor.org_id AND u.role = 'mentor' AND u.deleted_at IS NULL AND convene.is_active_now(u)
          AND (u.name, u.id) > (coalesce(p_after_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
          AND (p_tier IS NULL OR u.reputation_tier = p_tier)
          AND (p_tags IS NULL OR u.id IN (
              SELECT ut.user_id FROM convene.user_tags ut
              WHERE ut.org_id = actor.org_id AND ut.tag_id = ANY (p_tags)
              GROUP BY ut.user_id
              HAVING count(*) >= tags_wanted
          ))
          AND (needle IS NULL
              -- The text cannot reach from one column into the next: it has no line ends.
              OR strpos(lower(concat_ws(E'\n', u.name, u.title, u.company, u.bio)), needle) > 0
              OR u.id IN (
                  SELECT ut.user_id FROM convene.user_tags ut
                  WHERE ut.org_id = actor.org_id AND ut.tag_id = ANY (tags_named)
              ))
          -- A scalar, because an EXISTS might be planned as a set of all slots.
          AND (free_from IS NULL OR (
              SELECT true FROM convene.time_slots s
              WHERE s.org_id = u.org_id AND s.mentor_id = u.id
                AND s.start_time >= free_from AND s.start_time < coalesce(p_free_to, 'infinity')
                AND s.booking_id IS NULL AND s.deleted_at IS NULL
              LIMIT 1
          ))
        ORDER BY u.name, u.id
        LIMIT p_limit
    ) page
    CROSS JOIN LATERAL convene.shown_by_user(page.org_id, page.id) AS shown
    ORDER BY page.name, page.id;
END
$$;
COMMENT ON FUNCTION convene.list_mentors(
    uuid, integer, text, uuid, text, uuid[], text, timestamptz, timestamptz, text
) IS
'The active mentors of the actor''s organization, by name.
Arguments: p_actor_id, who looks; p_limit, 1 to 200; p_after_name and p_after_id, the last row of the page before;
p_tier, only mentors of that tier; p_tags, only mentors with any or all (p_match) of these 1 to 50 tags; p_free_from
and p_free_to, only mentors with a free slot that starts from the one (default now) and before the other (default ever);
p_q, only mentors with this text, whatever its case, in name, title, company, bio or the name of a tag.
Returns: what everybody in the organization may know of a mentor; is_dormant after a long time without activity; tags and
urls, arrays of {id, kind, name} and {label, url}.
Refuses: VALIDATION_ERROR, USER_NOT_FOUND, USER_INACTIVE.';
