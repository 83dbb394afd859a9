//! 64 clients after one slot, through a service with fewer connections than that.

use std::time::Instant;

use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::booking::prepare;
use crate::booking_http::{HttpBooker, request};
use crate::calendar::Opening;
use crate::cluster::Cluster;
use crate::load::latencies;
use crate::options::Options;
use crate::outcome::Outcome;
use crate::rounds::{median, percentile, take_turns};
use crate::service::{HttpClient, Service};
use crate::table::{Row, Target, Unit};

const CLIENTS: usize = 64;
/// Races in each turn.
const RACES: usize = 4;
/// Bookings in each turn of a client that is alone.
const BOOKINGS: u32 = 200;

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let (database, admin, calendar) = prepare(cluster, "contended").await?;
    let service = Service::start(cluster, &database, &admin).await?;
    calendar.refill(&admin, 20_000).await?;
    database.settle().await?;
    let mut alone = HttpBooker::new(&service, &calendar)?;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(service.client()?);
    }
    let turns = take_turns(&["64 at once, ms", "alone, ms"], options.rounds(), async |side| {
        if side == 1 {
            return Ok(median(latencies(&mut alone, BOOKINGS).await?) * 1e3);
        }
        let mut waited = Vec::new();
        for _ in 0..RACES {
            let (back, seconds) =
                race(std::mem::take(&mut clients), &calendar.mentees()[..CLIENTS], calendar.next()?).await?;
            clients = back;
            waited.extend(seconds);
        }
        Ok(percentile(waited, 99) * 1e3)
    })
    .await?;
    drop(service);
    cluster.finish(database, options).await?;

    Ok(vec![Row::beside(
        format!("p99 of {CLIENTS} clients after one slot: the median of a booking uncontended"),
        Unit::Milliseconds,
        &turns[0],
        &turns[1],
        Target::RatioAtMost(20.0),
    )])
}

/// All at once; gives the clients back, and the seconds each waited. Exactly one must win.
async fn race(
    clients: Vec<HttpClient>,
    mentees: &[uuid::Uuid],
    opening: Opening,
) -> Outcome<(Vec<HttpClient>, Vec<f64>)> {
    let mut racing = JoinSet::new();
    for (client, mentee) in clients.into_iter().zip(mentees) {
        let opening = Opening { mentee_id: *mentee, ..opening };
        racing.spawn(async move {
            let asked = Instant::now();
            let status = request(&client, &opening).send().await?.status();
            Outcome::Ok((client, status, asked.elapsed().as_secs_f64()))
        });
    }
    let (mut clients, mut winners, mut waited) = (Vec::new(), 0, Vec::new());
    while let Some(ended) = racing.join_next().await {
        let (client, status, seconds) = ended??;
        match status {
            StatusCode::CREATED => winners += 1,
            StatusCode::CONFLICT => {}
            other => return Err(format!("a client was answered {other}").into()),
        }
        clients.push(client);
        waited.push(seconds);
    }
    if winners == 1 { Ok((clients, waited)) } else { Err(format!("{winners} clients have the slot").into()) }
}
