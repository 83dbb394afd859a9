-- $1 of an idempotency key's hash. Advisory locks of two numbers are other locks.
SELECT pg_advisory_xact_lock($1)
