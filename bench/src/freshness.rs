//! What looking whether calendars were read lately adds to booking over HTTP.

use crate::booking::{SLOTS_PER_SECOND, prepare};
use crate::booking_http::HttpBooker;
use crate::cluster::Cluster;
use crate::load::throughput;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::rounds::take_turns;
use crate::service::Service;
use crate::table::{Measured, Row, Target};

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let (database, admin, calendar) = prepare(cluster, "freshness").await?;
    admin.batch_execute(include_str!("../sql/connected.sql")).await?;
    let provider = Provider::start().await;
    let without = Service::start(cluster, &database, &admin).await?;
    let looking = Service::start_with(cluster, &database, &provider.settings()).await?;
    let stock = usize::try_from(SLOTS_PER_SECOND * options.turn().as_secs())?;
    calendar.refill(&admin, stock).await?;
    database.settle().await?;

    let mut sides = Vec::new();
    for service in [&looking, &without] {
        let mut side = Vec::new();
        for _ in 0..options.clients() {
            side.push(HttpBooker::new(service, &calendar)?);
        }
        sides.push(side);
    }
    let turns = take_turns(&["looking", "without"], options.rounds(), async |side| {
        calendar.refill(&admin, stock).await?;
        throughput(&mut sides[side], options.turn()).await
    })
    .await?;
    drop((looking, without));
    if !provider.google.calls().is_empty() {
        return Err("a calendar was read: those of this benchmark are to be fresh".into());
    }
    cluster.finish(database, options).await?;

    Ok(vec![Row {
        name: format!("booking over HTTP, fresh calendars, {} clients: no provider configured", options.clients()),
        ours: format!("{:.0}/s", turns[0].median()),
        baseline: format!("{:.0}/s", turns[1].median()),
        measured: Measured::Ratio(turns[0].over(&turns[1])),
        target: Target::AtLeast(0.9),
    }])
}
