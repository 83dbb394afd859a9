-- The starts of one window's slots, found the slow way: by reading the zone's clock minute by minute. A window opens
-- and closes at the first instant at which the clock shows its times or later ones.
-- $1 zone, $2 date, $3 and $4 the window's times, $5 and $6 minutes of slot and buffer.
WITH clock AS MATERIALIZED (
    SELECT minute, minute AT TIME ZONE $1::text AS shown
    FROM generate_series(
        ($2::date - 1)::timestamp AT TIME ZONE 'UTC', ($2::date + 3)::timestamp AT TIME ZONE 'UTC', interval '1 minute'
    ) AS minute
),
bounds AS (
    SELECT
        min(minute) FILTER (WHERE shown >= $2::date + $3::text::time) AS opens,
        min(minute) FILTER (WHERE shown >= $2::date + $4::text::time) AS closes
    FROM clock
)
SELECT start
FROM bounds
CROSS JOIN LATERAL generate_series(
    opens, closes - make_interval(mins => $5::integer), make_interval(mins => $5::integer + $6::integer)
) AS start
