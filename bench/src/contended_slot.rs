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
use crate::rounds::{median, percentile};
use crate::service::{HttpClient, Service};
use crate::table::{Measured, Row, Target};

const CLIENTS: usize = 64;

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let (database, admin, calendar) = prepare(cluster, "contended").await?;
    let service = Service::start(cluster, &database, &admin).await?;
    calendar.refill(&admin, 20_000).await?;
    database.settle().await?;
    let mut alone = HttpBooker::new(&service, &calendar)?;
    latencies(&mut alone, 200).await?;
    let uncontended = median(latencies(&mut alone, 500).await?);

    let races = options.or_quick(10, 3);
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(service.client()?);
    }
    let mut waited = Vec::new();
    // The first race connects everybody, and does not count.
    for nth in 0..=races {
        let (back, seconds) = race(clients, &calendar.mentees()[..CLIENTS], calendar.next()?).await?;
        clients = back;
        waited.extend(seconds.into_iter().filter(|_| nth > 0));
    }
    drop(service);
    cluster.finish(database, options).await?;

    let slowest = percentile(waited, 99);
    Ok(vec![Row {
        name: format!("{CLIENTS} clients after one slot, {races} times: p99 over an uncontended booking's median"),
        ours: format!("{:.1} ms", slowest * 1e3),
        baseline: format!("{:.1} ms", uncontended * 1e3),
        measured: Measured::Ratio(slowest / uncontended),
        target: Target::AtMost(20.0),
    }])
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
