//! Listing the free slots of a mentor whose external calendar is full, as everybody else's is, against one who has none.

use crate::cluster::Cluster;
use crate::free_slots_http::{Direct, HOURS, OverHttp};
use crate::load::latencies;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::people;
use crate::rounds::{Turns, median, take_turns};
use crate::service::Service;
use crate::table::{Measured, Row, Target};

const WINDOWS: i64 = 500;
/// Lists asked for in each turn.
const LISTS: u32 = 200;

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let database = cluster.fresh_database("busy_windows").await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, 20, 200).await?;
    let (busy, idle, mentee) = (people.mentors[0], people.mentors[1], people.mentees[0]);
    admin.execute(include_str!("../sql/slots_ahead.sql"), &[&0, &HOURS]).await?;
    for mentor in people.mentors.iter().filter(|mentor| **mentor != idle) {
        admin.execute(include_str!("../sql/busy_beside.sql"), &[mentor, &WINDOWS]).await?;
    }
    let service = Service::start(cluster, &database, &admin).await?;
    database.settle().await?;

    let mut direct = [Direct::new(&database, mentee, busy).await?, Direct::new(&database, mentee, idle).await?];
    let mut over_http = [OverHttp::new(&service, mentee, busy)?, OverHttp::new(&service, mentee, idle)?];
    let names = ["SQL, busy", "SQL, none", "HTTP, busy", "HTTP, none"];
    let turns = take_turns(&names, options.rounds(), async |side| {
        let seconds = match side {
            0 | 1 => latencies(&mut direct[side], LISTS).await?,
            _ => latencies(&mut over_http[side - 2], LISTS).await?,
        };
        Ok(median(seconds) * 1e3)
    })
    .await?;
    drop(service);
    cluster.finish(database, options).await?;

    let row = |how: &str, busy: &Turns, idle: &Turns| Row {
        name: format!("listing 50 of {HOURS} free slots{how}, {WINDOWS} busy windows beside them: no window"),
        ours: format!("{:.2} ms", busy.median()),
        baseline: format!("{:.2} ms", idle.median()),
        measured: Measured::Ratio(busy.over(idle)),
        target: Target::AtMost(1.5),
    };
    Ok(vec![row("", &turns[0], &turns[1]), row(" over HTTP", &turns[2], &turns[3])])
}
