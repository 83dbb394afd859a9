-- Checks of arguments that many functions share. Each refuses with VALIDATION_ERROR and names the argument.

CREATE OR REPLACE FUNCTION convene.refuse_argument(p_field text, p_problem text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.refuse_arguments(pg_catalog.jsonb_build_object(
        coalesce(pg_catalog.regexp_replace(p_field, '^p_', ''), ''), pg_catalog.jsonb_build_array(p_problem)
    ));
END
$$;
COMMENT ON FUNCTION convene.refuse_argument(text, text) IS
'Refuses one argument, named as REST clients know it. For use in other functions; granted to nobody.
Arguments: p_field, the argument, with or without its p_; p_problem, what it must be or is.
Returns: never.
Refuses: VALIDATION_ERROR, always.';

CREATE OR REPLACE FUNCTION convene.refuse_arguments(p_problems jsonb) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    PERFORM convene.refuse('VALIDATION_ERROR', (
        SELECT pg_catalog.jsonb_build_object('field', p.key, 'problem', p.value ->> 0, 'fields', p_problems)
        FROM pg_catalog.jsonb_each(p_problems) AS p
        LIMIT 1
    ));
END
$$;
COMMENT ON FUNCTION convene.refuse_arguments(jsonb) IS
'Refuses several arguments at once. For use in other functions; granted to nobody.
Arguments: p_problems, an object: each argument with a list of what is wrong with it.
Returns: never.
Refuses: VALIDATION_ERROR, always.';

CREATE OR REPLACE FUNCTION convene.require_given(p_value anyelement, p_field text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_value IS NULL THEN
        PERFORM convene.refuse_argument(p_field, 'must not be NULL');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_given(anyelement, text) IS
'Checks that an argument has a value. For use in other functions; granted to nobody.
Arguments: p_value; p_field, the argument''s name.
Refuses: VALIDATION_ERROR when NULL.';

CREATE OR REPLACE FUNCTION convene.require_line(p_text text, p_least integer, p_most integer, p_field text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF pg_catalog.char_length(p_text) NOT BETWEEN p_least AND p_most THEN
        PERFORM convene.refuse_argument(p_field, pg_catalog.format('must be %s to %s characters', p_least, p_most));
    ELSIF p_text ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' THEN
        PERFORM convene.refuse_argument(p_field, 'must be one line without control characters');
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_line(text, integer, integer, text) IS
'Checks a text of one line. For use in other functions; granted to nobody.
Arguments: p_text, NULL passes; p_least and p_most, its length in characters; p_field, the argument''s name.
Refuses: VALIDATION_ERROR when it is shorter or longer, or has a line break, a tab or another control character.';

CREATE OR REPLACE FUNCTION convene.require_limit(p_limit integer, p_most integer DEFAULT 200) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_limit IS NULL OR p_limit NOT BETWEEN 1 AND p_most THEN
        PERFORM convene.refuse_argument('p_limit', pg_catalog.format('must be between 1 and %s', p_most));
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_limit(integer, integer) IS
'Checks the number of rows asked for. For use in other functions; granted to nobody.
Arguments: p_limit; p_most, the most there may be.
Refuses: VALIDATION_ERROR when NULL or outside 1 to p_most.';

CREATE OR REPLACE FUNCTION convene.require_one_of(p_value text, p_known text[], p_field text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_value <> ALL (p_known) THEN
        PERFORM convene.refuse_argument(
            p_field, 'must be one of ' || pg_catalog.array_to_string(p_known, ', ')
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_one_of(text, text[], text) IS
'Checks a word against those known. For use in other functions; granted to nobody.
Arguments: p_value, NULL passes; p_known; p_field, the argument''s name.
Refuses: VALIDATION_ERROR when it is none of them.';

CREATE OR REPLACE FUNCTION convene.require_cursor(
    p_first_given boolean, p_second_given boolean, p_first text, p_second text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF p_first_given <> p_second_given THEN
        PERFORM convene.refuse_argument(
            CASE WHEN p_first_given THEN p_second ELSE p_first END,
            'must be given together with '
                || pg_catalog.regexp_replace(CASE WHEN p_first_given THEN p_first ELSE p_second END, '^p_', '')
        );
    END IF;
END
$$;
COMMENT ON FUNCTION convene.require_cursor(boolean, boolean, text, text) IS
'Checks that both halves of a cursor are given, or neither. For use in other functions; granted to nobody.
Arguments: whether each half is given; their names.
Refuses: VALIDATION_ERROR for the half that is missing.';
