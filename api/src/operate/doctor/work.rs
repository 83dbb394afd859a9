//! Whether the work that nobody waits for gets done.

use tokio_postgres::Client;

use super::Finding;
use crate::operate::migrate::{Scheduling, scheduling};

/// Whether pg_cron is there for this database, with every job, switched on.
pub async fn scheduled(admin: &Client) -> Finding {
    const SUBJECT: &str = "pg_cron";
    let check = async {
        let scheduling = scheduling(admin).await?;
        if scheduling != Scheduling::Possible {
            let advice = "Or schedule the jobs from pg_cron's database, or let something else run \
                          CALL convene.run_job('…') for each row of convene.jobs: see docs/operations.md.";
            return Ok(Finding::warn(SUBJECT, scheduling.obstacle(), advice));
        }
        let created: bool = admin.query_one("SELECT to_regclass('cron.job') IS NOT NULL", &[]).await?.try_get(0)?;
        if !created {
            return Ok(Finding::fail(SUBJECT, "the extension is not created", "Run `convene migrate`."));
        }
        let row = admin.query_one(include_str!("sql/unscheduled_jobs.sql"), &[]).await?;
        let (known, missing): (i64, Vec<String>) = (row.try_get("known")?, row.try_get("missing")?);
        Ok(if missing.is_empty() {
            Finding::ok(SUBJECT, format!("all {known} jobs are scheduled and active"))
        } else {
            let text = format!("not scheduled as they should be, or not active: {}", missing.join(", "));
            Finding::fail(SUBJECT, text, "Run `convene migrate`.")
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether jobs ran when they should have, and succeeded.
pub async fn job_runs(admin: &Client) -> Finding {
    const SUBJECT: &str = "jobs";
    let check = async {
        let row = admin.query_one(include_str!("sql/troubled_jobs.sql"), &[]).await?;
        let (failing, overdue): (Vec<String>, Vec<String>) = (row.try_get("failing")?, row.try_get("overdue")?);
        let recovered: Vec<String> = row.try_get("recovered")?;
        let advice = "See SELECT * FROM convene.job_status and convene.job_failures.";
        Ok(if !failing.is_empty() {
            Finding::fail(SUBJECT, format!("the last run failed of: {}", failing.join(", ")), advice)
        } else if !overdue.is_empty() {
            let advice = "Check that pg_cron runs and that convene_jobs may connect (cron.host, pg_hba.conf, cron.job_run_details).";
            Finding::fail(SUBJECT, format!("runs are missing of: {}", overdue.join(", ")), advice)
        } else if !recovered.is_empty() {
            Finding::warn(
                SUBJECT,
                format!("failed in the last 24 hours, and run again: {}", recovered.join(", ")),
                advice,
            )
        } else {
            Finding::ok(SUBJECT, "no run failed in the last 24 hours, and none is missing")
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether booking history is fanned out.
pub async fn events(admin: &Client) -> Finding {
    const SUBJECT: &str = "events";
    let check = async {
        let sql = "SELECT count(*) FROM convene.booking_events
                   WHERE dispatched_at IS NULL AND occurred_at < clock_timestamp() - interval '5 minutes'";
        let count: i64 = admin.query_one(sql, &[]).await?.try_get(0)?;
        Ok(match count {
            0 => Finding::ok(SUBJECT, "none has waited to be fanned out for more than 5 minutes"),
            _ => Finding::fail(
                SUBJECT,
                format!("{count} have waited to be fanned out for more than 5 minutes"),
                "Run `convene serve` with CONVENE_WORKERS=true somewhere, and look into its log for 'cannot dispatch events'.",
            ),
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether what is owed to the outside world is done.
pub async fn items(admin: &Client) -> Finding {
    const SUBJECT: &str = "work";
    let check = async {
        let row = admin.query_one(include_str!("sql/work_items.sql"), &[]).await?;
        let (late, failed): (Vec<String>, Vec<String>) = (row.try_get("late")?, row.try_get("failed")?);
        Ok(if !late.is_empty() {
            let text = format!("due for more than 15 minutes: {}", late.join(", "));
            Finding::warn(SUBJECT, text, "See that workers run, and last_error in convene.work_items.")
        } else if !failed.is_empty() {
            let text = format!("given up: {}", failed.join(", "));
            Finding::warn(
                SUBJECT,
                text,
                "See last_error in convene.work_items, and docs/operations.md on trying it again.",
            )
        } else {
            Finding::ok(SUBJECT, "nothing was given up, and nothing waits for long")
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether slots are made as far ahead as they should be.
pub async fn slots(admin: &Client) -> Finding {
    const SUBJECT: &str = "slots";
    let check = async {
        let row = admin.query_one(include_str!("sql/blocks_behind.sql"), &[]).await?;
        let (behind, active): (i64, i64) = (row.try_get("behind")?, row.try_get("active")?);
        Ok(match behind {
            0 => Finding::ok(SUBJECT, format!("made as far ahead as they should be, for {active} active blocks")),
            _ => Finding::fail(
                SUBJECT,
                format!("{behind} of {active} active blocks are more than a day behind"),
                "Run SELECT convene.generate_time_slots(), and see why its job did not.",
            ),
        })
    };
    Finding::of(SUBJECT, check.await)
}
