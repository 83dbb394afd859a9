-- Whoever claims items of a key alone counts what is in progress with it. No row stands for a key, and other claims pass
-- it over: so it is an advisory lock, and never waited for.
SELECT k.key AS concurrency_key
FROM unnest($2) AS k (key)
WHERE pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || k.key, 0))
