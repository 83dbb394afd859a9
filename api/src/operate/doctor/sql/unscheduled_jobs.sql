SELECT
    count(*) AS known,
    coalesce(
        array_agg(j.name ORDER BY j.name) FILTER (WHERE NOT EXISTS (
            SELECT FROM cron.job c
            WHERE c.jobname = 'convene:' || j.name AND c.database = current_database() AND c.schedule = j.schedule
              AND c.command = format('CALL convene.run_job(%L)', j.name) AND c.username = 'convene_jobs' AND c.active
              AND c.nodename = current_setting('cron.host') AND c.nodeport = current_setting('port')::integer
        )),
        '{}'
    ) AS missing
FROM convene.jobs j
