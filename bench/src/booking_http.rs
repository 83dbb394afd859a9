//! Booking over HTTP, with authentication, idempotency, rate limits and a look at calendars, against the SQL function
//! called directly, and against a service that knows neither limits nor calendars.

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::json;

use crate::booking::{Booker, GOAL, Key, SLOTS_PER_SECOND, Way, prepare};
use crate::calendar::{Calendar, Opening};
use crate::cluster::{Cluster, Commit};
use crate::load::{Client, throughput};
use crate::options::Options;
use crate::outcome::Outcome;
use crate::provider::Provider;
use crate::rounds::take_turns;
use crate::service::{HttpClient, Service, expect, open_sessions};
use crate::table::{Row, Target, Unit};

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
    // So fresh that no calendar is read meanwhile.
    admin.batch_execute(include_str!("../sql/connected.sql")).await?;
    let provider = Provider::start().await;
    open_sessions(&admin).await?;
    let full = Service::start_with(cluster, &database, &provider.settings()).await?;
    let plain = Service::start_without_limits(cluster, &database).await?;
    let stock = usize::try_from(SLOTS_PER_SECOND * options.turn().as_secs())?;
    calendar.refill(&admin, stock).await?;
    database.settle().await?;

    let (mut over_http, mut plainly, mut direct) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.clients() {
        over_http.push(HttpBooker::new(&full, &calendar)?);
        plainly.push(HttpBooker::new(&plain, &calendar)?);
        let connection = database.client(Commit::Durable).await?;
        direct.push(Booker::connect(connection, Way::Ours, &calendar, Key::Fresh).await?);
    }
    let turns = take_turns(&["HTTP", "HTTP without limits and calendars", "SQL"], options.rounds(), async |side| {
        calendar.refill(&admin, stock).await?;
        match side {
            0 => throughput(&mut over_http, options.turn()).await,
            1 => throughput(&mut plainly, options.turn()).await,
            _ => throughput(&mut direct, options.turn()).await,
        }
    })
    .await?;
    let memory = full.peak_memory()?;
    drop((full, plain));
    if !provider.google.calls().is_empty() {
        return Err("a calendar was read: those of this benchmark are to be fresh".into());
    }
    cluster.finish(database, options).await?;

    let row = |baseline: &str, baseline_turns, least| {
        let name = format!("booking over HTTP, {} clients: {baseline}", options.clients());
        Row::beside(name, Unit::PerSecond, &turns[0], baseline_turns, Target::RatioAtLeast(least))
    };
    Ok(vec![
        row("create_booking_atomic", &turns[2], 0.6),
        row("the same without rate limits and calendars", &turns[1], 0.9),
        Row::alone("memory of the service meanwhile", Unit::Mebibytes, memory, Target::AtMost(64.0)),
    ])
}
