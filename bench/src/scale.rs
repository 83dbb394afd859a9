//! What much history costs: booking with much of it and with little, a page of a mentor's bookings, and whatever else is read.

use crate::booking::{Booker, Key, Way, prepare};
use crate::booking_page;
use crate::cluster::{Cluster, Commit};
use crate::load::latencies;
use crate::options::Options;
use crate::outcome::{Outcome, say};
use crate::reads;
use crate::rounds::{median, take_turns};
use crate::table::{Row, Target, Unit};

const LITTLE: u32 = 10_000;
/// Bookings in each turn.
const BOOKINGS: u32 = 400;

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let much = options.bookings();
    let (mut databases, mut bookers) = (Vec::new(), Vec::new());
    for (name, history) in [("scale_much", much), ("scale_little", LITTLE)] {
        say(&format!("Writing a history of {history} bookings"));
        let (database, admin, calendar) = prepare(cluster, name).await?;
        admin.batch_execute(&include_str!("../sql/history.sql").replace("$1", &history.to_string())).await?;
        let turns = usize::try_from(options.rounds() + 1)?;
        calendar.refill(&admin, usize::try_from(BOOKINGS)? * turns).await?;
        database.settle().await?;
        let connection = database.client(Commit::NotAwaited).await?;
        bookers.push(Booker::connect(connection, Way::Ours, &calendar, Key::Absent).await?);
        databases.push((database, calendar));
    }
    let turns = take_turns(&["much", "little"], options.rounds(), async |side| {
        Ok(median(latencies(&mut bookers[side], BOOKINGS).await?) * 1e3)
    })
    .await?;
    let booking = Row::beside(
        format!("a booking's latency with {much} bookings: with {LITTLE}"),
        Unit::Milliseconds,
        &turns[0],
        &turns[1],
        Target::RatioAtMost(1.3),
    );
    let (database, calendar) = &databases[0];
    let page = booking_page::row(database, calendar.mentors(), options).await?;
    let reads = reads::rows(database, much).await?;
    for (database, _) in databases {
        cluster.finish(database, options).await?;
    }
    Ok([booking, page].into_iter().chain(reads).collect())
}
