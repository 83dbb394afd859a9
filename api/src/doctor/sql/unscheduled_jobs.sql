SELECT
    count(*) AS known,
    coalesce(
        array_agg(j.name ORDER BY j.name) FILTER (WHERE NOT EXISTS (
            SELECT FROM cron.job c
            WHERE c.jobname = 'convene:' || j.name AND c.database = current_database() AND c.schedule = j.schedule
              AND c.username = 'convene_jobs' AND c.active
        )),
        '{}'
    ) AS missing
FROM convene.jobs j
