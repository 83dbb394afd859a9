//! The first fill with slots against a plain INSERT … SELECT of the same rows, and a run that finds nothing new.

use std::time::Instant;

use tokio_postgres::Client as Connection;

use crate::cluster::Cluster;
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::take_turns;
use crate::table::{Row, Target, Unit};

const GENERATE: &str = "SELECT convene.generate_time_slots()";
const COPY: &str = "INSERT INTO convene.time_slots SELECT * FROM bench.slots";
const KEEP: &str = "CREATE SCHEMA bench; CREATE TABLE bench.slots AS SELECT * FROM convene.time_slots";
/// Nothing refers to the slots yet.
const FORGET: &str =
    "TRUNCATE convene.time_slots CASCADE; UPDATE convene.availability_blocks SET generated_until = NULL";

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let blocks = options.or_quick(10_000, 1_000);
    let database = cluster.fresh_database("slot_generation").await?;
    let admin = database.admin().await?;
    people::invite_without_blocks(&admin, blocks, 1).await?;
    admin.execute(include_str!("../sql/weekly_blocks.sql"), &[]).await?;
    seconds(&admin, GENERATE).await?;
    admin.batch_execute(KEEP).await?;

    let turns =
        take_turns(&["first fill", "plain INSERT", "nothing new"], options.rounds().min(3), async |side| match side {
            0 => {
                admin.batch_execute(FORGET).await?;
                admin.batch_execute("VACUUM ANALYZE convene.availability_blocks").await?;
                admin.batch_execute("CHECKPOINT").await?;
                seconds(&admin, GENERATE).await
            }
            1 => {
                admin.batch_execute("TRUNCATE convene.time_slots CASCADE").await?;
                admin.batch_execute("CHECKPOINT").await?;
                seconds(&admin, COPY).await
            }
            _ => seconds(&admin, GENERATE).await,
        })
        .await?;
    cluster.finish(database, options).await?;

    let (fill, copy, idle) = (&turns[0], &turns[1], &turns[2]);
    let name = format!("first fill with slots, {blocks} weekly blocks, 30 days: a plain INSERT … SELECT");
    Ok(vec![
        Row::beside(name, Unit::Seconds, fill, copy, Target::RatioAtMost(1.2)),
        Row::beside(
            "the four-hourly run with nothing new: the first fill",
            Unit::Seconds,
            idle,
            fill,
            Target::RatioAtMost(0.01),
        ),
    ])
}

async fn seconds(admin: &Connection, sql: &str) -> Outcome<f64> {
    let started = Instant::now();
    admin.execute(sql, &[]).await.map_err(|error| explain(&error))?;
    Ok(started.elapsed().as_secs_f64())
}
