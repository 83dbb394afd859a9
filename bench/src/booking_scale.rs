//! How long a booking takes in a database with much history, against one with little.

use crate::booking::{Booker, Key, Way, prepare};
use crate::cluster::{Cluster, Commit};
use crate::load::latencies;
use crate::options::Options;
use crate::outcome::{Outcome, say};
use crate::rounds::{median, take_turns};
use crate::table::{Measured, Row, Target};

const LITTLE: u32 = 10_000;
/// Bookings in each turn.
const BOOKINGS: u32 = 400;

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let much = options.bookings();
    let (mut databases, mut sides) = (Vec::new(), Vec::new());
    for (name, history) in [("scale_much", much), ("scale_little", LITTLE)] {
        say(&format!("Writing a history of {history} bookings"));
        let (database, admin, calendar) = prepare(cluster, name).await?;
        admin.batch_execute(&include_str!("../sql/history.sql").replace("$1", &history.to_string())).await?;
        let turns = usize::try_from(options.rounds() + 1)?;
        calendar.refill(&admin, usize::try_from(BOOKINGS)? * turns).await?;
        database.settle().await?;
        sides.push(
            Booker::connect(database.client(Commit::NotAwaited).await?, Way::Ours, &calendar, Key::Absent).await?,
        );
        databases.push(database);
    }
    let turns = take_turns(&["much", "little"], options.rounds(), async |side| {
        Ok(median(latencies(&mut sides[side], BOOKINGS).await?) * 1e3)
    })
    .await?;
    for database in databases {
        cluster.finish(database, options).await?;
    }

    Ok(vec![Row {
        name: format!("a booking's latency with {much} bookings: with {LITTLE}"),
        ours: format!("{:.2} ms", turns[0].median()),
        baseline: format!("{:.2} ms", turns[1].median()),
        measured: Measured::Ratio(turns[0].over(&turns[1])),
        target: Target::AtMost(1.3),
    }])
}
