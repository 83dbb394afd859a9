//! Events written to calendars of a provider that answers at once, against the same calls made bare.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_postgres::Client as Connection;
use uuid::Uuid;

use crate::bare_calls::BareCalls;
use crate::booking::{Booker, Key, Way};
use crate::calendar::Calendar;
use crate::cluster::{Cluster, Commit, Database};
use crate::load::Client as _;
use crate::options::Options;
use crate::outcome::{Outcome, say};
use crate::people;
use crate::provider::Provider;
use crate::rounds::take_turns;
use crate::service::{Service, open_sessions};
use crate::table::{Row, Target, Unit};

/// Mentors, and as many mentees; each has an account.
const PEOPLE: i32 = 50;
/// Calls at once: as many as a service makes.
const AT_ONCE: usize = 32;
const LONGEST: Duration = Duration::from_secs(300);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

const DISPATCH: &str = "SELECT convene.dispatch_events(500)";
/// Nothing is due until the service is there.
const PUT_OFF: &str = "UPDATE convene.work_items SET due_at = due_at + interval '1 hour' WHERE queue = 'writebacks'";
const MAKE_DUE: &str = "
    UPDATE convene.work_items SET due_at = due_at - interval '1 hour' WHERE queue = 'writebacks';
    NOTIFY convene_work, 'writebacks'";
const OWED: &str = "
    SELECT count(*), count(*) FILTER (WHERE failed_at IS NOT NULL OR last_error IS NOT NULL)
    FROM convene.work_items
    WHERE queue = 'writebacks'";

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let bookings = options.or_quick(2_000, 500);
    let database = cluster.fresh_database("writebacks").await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, PEOPLE, PEOPLE).await?;
    let users: Vec<Uuid> = people.mentors.iter().chain(&people.mentees).copied().collect();
    let calendar = Arc::new(Calendar::new(&people));
    let provider = Provider::start().await;
    open_sessions(&admin).await?;
    say(&format!("Connecting {} accounts", users.len()));
    let service = Service::start_with(cluster, &database, &provider.settings()).await?;
    for user in &users {
        provider.connect(&service, *user).await?;
    }
    drop(service);

    // Both parties of a meeting are owed an event.
    let events = bookings * 2;
    let bare = BareCalls::new(&provider, &users, AT_ONCE).await?;
    let turns = take_turns(&["writebacks", "bare calls"], options.rounds(), async |side| {
        if side == 1 {
            return bare.make(events).await;
        }
        owe(&database, &admin, &calendar, bookings).await?;
        provider.google.forget_calls();
        let service = Service::start_with(cluster, &database, &provider.settings()).await?;
        let seconds = work_off(&admin, events).await?;
        drop(service);
        match provider.google.calls_to("POST", "/events") {
            calls if calls == events => Ok(f64::from(u32::try_from(events)?) / seconds),
            calls => Err(format!("{calls} calls for {events} events").into()),
        }
    })
    .await?;
    cluster.finish(database, options).await?;

    Ok(vec![Row::beside(
        format!("writing {events} events to {} calendars: as many bare calls, {AT_ONCE} at once", users.len()),
        Unit::PerSecond,
        &turns[0],
        &turns[1],
        Target::RatioAtLeast(0.05),
    )])
}

/// Books, and has everything owed that bookings are owed, but not due.
async fn owe(database: &Database, admin: &Connection, calendar: &Arc<Calendar>, bookings: usize) -> Outcome<()> {
    calendar.refill(admin, bookings).await?;
    let client = database.client(Commit::NotAwaited).await?;
    let mut booker = Booker::connect(client, Way::Ours, calendar, Key::Absent).await?;
    for _ in 0..bookings {
        booker.ask().await?;
    }
    while admin.query_one(DISPATCH, &[]).await?.try_get::<_, i32>(0)? > 0 {}
    admin.batch_execute(PUT_OFF).await?;
    database.settle().await
}

/// Makes what is owed due; seconds until nothing is owed any more.
async fn work_off(admin: &Connection, events: usize) -> Outcome<f64> {
    let owed = admin.prepare(OWED).await?;
    let left: i64 = admin.query_one(&owed, &[]).await?.try_get(0)?;
    if usize::try_from(left)? != events {
        return Err(format!("{left} events are owed instead of {events}").into());
    }
    let started = Instant::now();
    admin.batch_execute(MAKE_DUE).await?;
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let row = admin.query_one(&owed, &[]).await?;
        let (left, failures): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if failures > 0 || started.elapsed() > LONGEST {
            return Err(format!("{left} events are still owed, {failures} of them after a failure").into());
        }
        if left == 0 {
            return Ok(started.elapsed().as_secs_f64());
        }
    }
}
