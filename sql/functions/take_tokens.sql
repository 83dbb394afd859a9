CREATE OR REPLACE FUNCTION convene.take_tokens(
    p_key      bytea,
    p_capacity integer,
    p_window   interval,
    p_wanted   integer
) RETURNS TABLE (granted integer, left_over integer, next_in double precision)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, convene, pg_temp AS $$
BEGIN
    IF p_key IS NULL THEN
        PERFORM convene.refuse_argument('p_key', 'must be given');
    ELSIF p_capacity IS NULL OR p_capacity < 1 THEN
        PERFORM convene.refuse_argument('p_capacity', 'must be at least 1');
    ELSIF p_wanted IS NULL OR p_wanted < 1 THEN
        PERFORM convene.refuse_argument('p_wanted', 'must be at least 1');
    ELSIF p_window IS NULL OR p_window NOT BETWEEN interval '1 second' AND interval '1 hour' THEN
        PERFORM convene.refuse_argument('p_window', 'must be 1 second to 1 hour');
    END IF;
    RETURN QUERY
    INSERT INTO convene.rate_limit_buckets AS bucket (key, remaining, granted, taken_at)
    VALUES (p_key, p_capacity - least(p_wanted, p_capacity), least(p_wanted, p_capacity), clock_timestamp())
    ON CONFLICT (key) DO UPDATE
    SET (remaining, granted, taken_at) = (
        SELECT refilled.there - least(p_wanted, floor(refilled.there)), least(p_wanted, floor(refilled.there)), at
        FROM clock_timestamp() AS at,
        LATERAL (
            SELECT least(
                p_capacity,
                bucket.remaining + p_capacity * greatest(extract(epoch FROM at - bucket.taken_at), 0)
                    / extract(epoch FROM p_window)
            )::double precision AS there
        ) AS refilled
    )
    RETURNING
        bucket.granted, floor(bucket.remaining)::integer,
        greatest((1 - bucket.remaining) * extract(epoch FROM p_window) / p_capacity, 0)::double precision;
END
$$;
COMMENT ON FUNCTION convene.take_tokens(bytea, integer, interval, integer) IS
'Takes tokens out of a bucket that fills evenly; one that nobody took from yet is full.
Arguments: p_key, SHA-256 of what is limited; p_capacity, the most it holds; p_window, how long it takes to fill, 1 second to 1 hour;
p_wanted, how many to take, at least 1.
Returns: one row: granted, how many there were, at most p_wanted; left_over, how many more there are; next_in, seconds
until there is one more.
Refuses: VALIDATION_ERROR.';
