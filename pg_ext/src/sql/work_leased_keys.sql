SELECT concurrency_key, count(*) AS leased
FROM convene.work_items
WHERE queue = $1 AND lease IS NOT NULL AND concurrency_key IS NOT NULL
GROUP BY concurrency_key
