-- What became of holds, the newest day first.
SELECT organization, day, made, finalized, lapsed, canceled, still_open, round(100.0 * finalized / nullif(made - still_open, 0)) AS percent
FROM convene.hold_outcomes
ORDER BY organization, day DESC;
