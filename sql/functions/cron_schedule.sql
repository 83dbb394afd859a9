-- When a cron expression last fell due: what tells an overdue job from one whose time has not come. Not in SQL: plans of
-- PL/pgSQL are kept, and most schedules named the day before at the latest.

CREATE OR REPLACE FUNCTION convene.cron_field(p_field text, p_low integer, p_high integer) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT pg_catalog.array_agg(DISTINCT value ORDER BY value)
        FROM pg_catalog.regexp_split_to_table(p_field, ',') AS item
        CROSS JOIN LATERAL pg_catalog.regexp_match(item, '^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$') AS part
        CROSS JOIN LATERAL pg_catalog.generate_series(
            coalesce(part[1]::integer, p_low),
            coalesce(part[2]::integer, CASE WHEN part[3] IS NULL THEN part[1]::integer END, p_high),
            greatest(coalesce(part[3]::integer, 1), 1)
        ) AS value
        WHERE value BETWEEN p_low AND p_high
    );
END
$$;
COMMENT ON FUNCTION convene.cron_field(text, integer, integer) IS
'The values one field of a cron expression stands for.
Arguments: p_field, such as *, */15, 1-5 or 0,30 (names of days and months are not understood); p_low and p_high, the
field''s range.
Returns: the values, ascending; NULL when there are none.';

CREATE OR REPLACE FUNCTION convene.last_due(p_schedule text, p_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    part       text[] := pg_catalog.regexp_split_to_array(pg_catalog.btrim(p_schedule), '\s+');
    minutes    integer[];
    hours      integer[];
    month_days integer[];
    months     integer[];
    week_days  integer[];
    -- When both kinds of day are restricted, cron takes either.
    is_either  boolean := part[3] NOT LIKE '*%' AND part[5] NOT LIKE '*%';
    day        date;
    fits_month boolean;
    fits_week  boolean;
    due        timestamptz;
BEGIN
    IF pg_catalog.array_length(part, 1) IS DISTINCT FROM 5 THEN
        RETURN NULL;
    END IF;
    minutes := convene.cron_field(part[1], 0, 59);
    hours := convene.cron_field(part[2], 0, 23);
    month_days := convene.cron_field(part[3], 1, 31);
    months := convene.cron_field(part[4], 1, 12);
    week_days := convene.cron_field(part[5], 0, 7);
    FOR ago IN 0 .. 400 LOOP
        day := (p_at AT TIME ZONE 'UTC')::date - ago;
        fits_month := extract(day FROM day)::integer = ANY (month_days);
        fits_week := extract(dow FROM day)::integer = ANY (week_days) OR extract(isodow FROM day)::integer = ANY (week_days);
        CONTINUE WHEN (
            extract(month FROM day)::integer = ANY (months)
            AND (fits_month AND fits_week OR is_either AND (fits_month OR fits_week))
        ) IS NOT TRUE;
        SELECT pg_catalog.max((day + pg_catalog.make_time(hour, minute, 0)) AT TIME ZONE 'UTC') INTO due
        FROM pg_catalog.unnest(hours) AS hour, pg_catalog.unnest(minutes) AS minute
        WHERE (day + pg_catalog.make_time(hour, minute, 0)) AT TIME ZONE 'UTC' <= p_at;
        EXIT WHEN due IS NOT NULL;
    END LOOP;
    RETURN due;
END
$$;
COMMENT ON FUNCTION convene.last_due(text, timestamptz) IS
'When a schedule last fell due.
Arguments: p_schedule, five cron fields, GMT, without names of days or months; p_at, the instant to look back from.
Returns: the latest minute at or before p_at that the schedule names; NULL when it names none in the last 400 days, or
is not understood.';
