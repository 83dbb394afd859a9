//! `dispatch_events`: history turned into notices, with and without calendars that are owed the meetings, too.

use std::time::Instant;

use tokio_postgres::Client as Connection;

use crate::booking::{book, prepare};
use crate::cluster::Cluster;
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::rounds::take_turns;
use crate::table::{Row, Target, Unit};

/// As the service takes them.
const DISPATCH: &str = "SELECT convene.dispatch_events(500)";

/// Whether people have calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calendars {
    None,
    Everybodys,
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    Ok(vec![fan_out(cluster, options, Calendars::None).await?, fan_out(cluster, options, Calendars::Everybodys).await?])
}

async fn fan_out(cluster: &Cluster, options: &Options, calendars: Calendars) -> Outcome<Row> {
    let bookings = options.or_quick(10_000, 2_000);
    let (database, admin, calendar) = prepare(cluster, "fan_out").await?;
    if calendars == Calendars::Everybodys {
        admin.batch_execute(include_str!("../sql/connected.sql")).await?;
        admin.batch_execute(include_str!("../sql/written_calendars.sql")).await?;
    }
    dispatch_all(&admin).await?;
    admin.batch_execute(include_str!("../sql/fan_out_baseline.sql")).await?;
    book(&admin, &calendar, bookings).await?;

    let events = f64::from(u32::try_from(bookings)?);
    let turns = take_turns(&["dispatch_events", "plain INSERT"], options.rounds(), async |side| {
        admin.batch_execute("CALL bench.forget_fan_out()").await?;
        database.settle().await?;
        let started = Instant::now();
        if side == 0 {
            dispatch_all(&admin).await?;
        } else {
            admin.batch_execute("CALL bench.copy_fan_out()").await?;
        }
        let seconds = started.elapsed().as_secs_f64();
        admin.batch_execute("CALL bench.keep_fan_out()").await?;
        Ok(events / seconds)
    })
    .await?;
    let owed: i64 = admin.query_one("SELECT count(*) FROM bench.owed", &[]).await?.try_get(0)?;
    if (calendars == Calendars::Everybodys) != (owed > 0) {
        return Err(format!("calendars are owed {owed} meetings").into());
    }
    cluster.finish(database, options).await?;

    let into = if owed > 0 { "notices and calendar events" } else { "notices" };
    Ok(Row::beside(
        format!("fan-out of history into {into}, 500 at once: a plain INSERT of the same rows"),
        Unit::PerSecond,
        &turns[0],
        &turns[1],
        Target::AtLeast(5_000.0),
    ))
}

/// Dispatches until nothing is left.
async fn dispatch_all(admin: &Connection) -> Outcome<()> {
    let dispatch = admin.prepare(DISPATCH).await?;
    loop {
        let row = admin.query_one(&dispatch, &[]).await.map_err(|error| explain(&error))?;
        if row.try_get::<_, i32>(0)? == 0 {
            return Ok(());
        }
    }
}
