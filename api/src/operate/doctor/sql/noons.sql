-- Noon is never skipped or repeated, so there is one right answer.
SELECT
    zone,
    day,
    (day + time '12:00') AT TIME ZONE zone AS by_postgres,
    (SELECT min(start) FROM convene.preview_slots(zone, day, '12:00', '13:00', 60, 0) AS start) AS by_extension
FROM unnest($1::text[]) AS zone
CROSS JOIN LATERAL (SELECT current_date + 15 * step AS day FROM generate_series(0, 48) AS step) AS days
