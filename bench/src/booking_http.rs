//! Booking over HTTP, with authentication and idempotency, against the SQL function called directly.

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::json;

use crate::booking::{Booker, GOAL, Key, SLOTS_PER_SECOND, Way, prepare};
use crate::calendar::{Calendar, Opening};
use crate::cluster::{Cluster, Commit};
use crate::load::{Client, throughput};
use crate::options::Options;
use crate::outcome::Outcome;
use crate::rounds::take_turns;
use crate::service::{HttpClient, Service, expect};
use crate::table::{Measured, Row, Target};

/// A client that books over HTTP.
pub struct HttpBooker {
    http: HttpClient,
    calendar: Arc<Calendar>,
}

impl HttpBooker {
    pub fn new(service: &Service, calendar: &Arc<Calendar>) -> Outcome<Self> {
        Ok(Self { http: service.client()?, calendar: Arc::clone(calendar) })
    }
}

/// The request that books an opening.
pub fn request(http: &HttpClient, opening: &Opening) -> reqwest::RequestBuilder {
    let body = json!({ "time_slot_id": opening.slot_id, "meeting_goal": GOAL });
    http.post(opening.mentee_id, "/v1/bookings").header("Idempotency-Key", opening.slot_id.to_string()).json(&body)
}

impl Client for HttpBooker {
    async fn ask(&mut self) -> Outcome<()> {
        expect(request(&self.http, &self.calendar.next()?), StatusCode::CREATED).await
    }
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let (database, admin, calendar) = prepare(cluster, "booking_http").await?;
    let service = Service::start(cluster, &database, &admin).await?;
    let unlimited = Service::start_without_limits(cluster, &database).await?;
    let stock = usize::try_from(SLOTS_PER_SECOND * options.turn().as_secs())?;
    calendar.refill(&admin, stock).await?;
    database.settle().await?;

    let (mut over_http, mut without_limits, mut direct) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.clients() {
        over_http.push(HttpBooker::new(&service, &calendar)?);
        without_limits.push(HttpBooker::new(&unlimited, &calendar)?);
        let connection = database.client(Commit::Durable).await?;
        direct.push(Booker::connect(connection, Way::Ours, &calendar, Key::Fresh).await?);
    }
    let turns = take_turns(&["HTTP", "HTTP without limits", "SQL"], options.rounds(), async |side| {
        calendar.refill(&admin, stock).await?;
        match side {
            0 => throughput(&mut over_http, options.turn()).await,
            1 => throughput(&mut without_limits, options.turn()).await,
            _ => throughput(&mut direct, options.turn()).await,
        }
    })
    .await?;
    let memory = service.peak_memory()?;
    drop((service, unlimited));
    cluster.finish(database, options).await?;

    let clients = options.clients();
    Ok(vec![
        Row {
            name: format!("booking over HTTP, {clients} clients: the SQL function"),
            ours: format!("{:.0}/s", turns[0].median()),
            baseline: format!("{:.0}/s", turns[2].median()),
            measured: Measured::Ratio(turns[0].over(&turns[2])),
            target: Target::AtLeast(0.6),
        },
        Row {
            name: "booking over HTTP with rate limits: without".to_owned(),
            ours: format!("{:.0}/s", turns[0].median()),
            baseline: format!("{:.0}/s", turns[1].median()),
            measured: Measured::Ratio(turns[0].over(&turns[1])),
            target: Target::AtLeast(0.9),
        },
        Row {
            name: "memory of the service meanwhile, at most".to_owned(),
            ours: format!("{memory:.0} MiB"),
            baseline: String::new(),
            measured: Measured::Mebibytes(memory),
            target: Target::AtMost(64.0),
        },
    ])
}
