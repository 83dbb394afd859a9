//! A page of a mentor's free slots: `list_slots` and the route in front of it, against bare selects of the same rows.

use reqwest::StatusCode;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::booking::book;
use crate::calendar::Calendar;
use crate::cluster::{Cluster, Commit, Database};
use crate::load::{Client, latencies, throughput};
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::{Turns, median, take_turns};
use crate::service::{HttpClient, Service, expect};
use crate::table::{Row, Target, Unit};

const MENTORS: i32 = 20;
const MENTEES: i32 = 200;
/// Hours ahead in which every slot is booked.
const BOOKED: i32 = 24;
/// Hours after those in which none is: 30 days. A busy window lies over every third of their slots.
const UNBOOKED: i32 = 720;
const PAGE: i32 = 50;
const LONG_PAGE: i32 = 200;
/// Pages asked for in each turn that measures latency.
const PAGES: u32 = 300;

/// Who looks at whose slots.
#[derive(Debug, Clone, Copy)]
struct Look {
    mentee: Uuid,
    mentor: Uuid,
}

/// A client that lists a mentor's first free slots over SQL.
struct Ours {
    connection: Connection,
    statement: Statement,
    look: Look,
    limit: i32,
}

impl Ours {
    async fn new(database: &Database, look: Look, limit: i32) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare("SELECT * FROM convene.list_slots($1, $2, p_limit => $3)").await?;
        Ok(Self { connection, statement, look, limit })
    }
}

impl Client for Ours {
    async fn ask(&mut self) -> Outcome<()> {
        let Look { mentee, mentor } = self.look;
        let listed = self.connection.query(&self.statement, &[&mentee, &mentor, &self.limit]).await;
        expect_rows(listed.map_err(|error| explain(&error))?.len(), self.limit)
    }
}

/// A client that reads the slots that make such a page, and the busy windows among them, and decides nothing. Both
/// statements are sent at once.
struct Bare {
    connection: Connection,
    slots: Statement,
    windows: Statement,
    mentor: Uuid,
    limit: i32,
}

impl Bare {
    async fn new(database: &Database, look: Look, limit: i32) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let slots = connection.prepare(include_str!("../sql/bare_slots.sql")).await?;
        let windows = connection.prepare(include_str!("../sql/bare_windows.sql")).await?;
        Ok(Self { connection, slots, windows, mentor: look.mentor, limit })
    }
}

impl Client for Bare {
    async fn ask(&mut self) -> Outcome<()> {
        let (slots_read, windows_read) = (self.limit * 3 / 2, self.limit / 2);
        let hours = BOOKED + slots_read;
        let first: [&(dyn ToSql + Sync); 2] = [&self.mentor, &slots_read];
        let among: [&(dyn ToSql + Sync); 2] = [&self.mentor, &hours];
        let (slots, windows) =
            tokio::try_join!(self.connection.query(&self.slots, &first), self.connection.query(&self.windows, &among))
                .map_err(|error| explain(&error))?;
        expect_rows(slots.len(), slots_read)?;
        expect_rows(windows.len(), windows_read)
    }
}

/// A client that lists them over HTTP: one less, as the service asks for one more to know whether there are more.
struct OverHttp {
    http: HttpClient,
    mentee: Uuid,
    path: String,
}

impl OverHttp {
    fn new(service: &Service, look: Look, limit: i32) -> Outcome<Self> {
        let path = format!("/v1/mentors/{}/slots?limit={}", look.mentor, limit - 1);
        Ok(Self { http: service.client()?, mentee: look.mentee, path })
    }
}

impl Client for OverHttp {
    async fn ask(&mut self) -> Outcome<()> {
        expect(self.http.get(self.mentee, &self.path), StatusCode::OK).await
    }
}

fn expect_rows(rows: usize, wanted: i32) -> Outcome<()> {
    if usize::try_from(wanted)? == rows { Ok(()) } else { Err(format!("{rows} rows instead of {wanted}").into()) }
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let database = cluster.fresh_database("slot_listing").await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, MENTORS, MENTEES).await?;
    let look = Look { mentee: people.mentees[0], mentor: people.mentors[0] };
    admin.batch_execute(include_str!("../sql/booking_baselines.sql")).await?;
    book(&admin, &Calendar::new(&people), usize::try_from(MENTORS * BOOKED)?).await?;
    admin.execute(include_str!("../sql/slots_ahead.sql"), &[&BOOKED, &(BOOKED + UNBOOKED)]).await?;
    admin.batch_execute(include_str!("../sql/busy_mentors.sql")).await?;
    let service = Service::start(cluster, &database, &admin).await?;
    if !service.is_ready().await? {
        return Err("the service is not ready".into());
    }
    database.settle().await?;

    let mut rows = pages(&database, &service, look, options).await?;
    rows.push(each_further_slot(&database, look, options).await?);
    drop(service);
    cluster.finish(database, options).await?;
    Ok(rows)
}

async fn pages(database: &Database, service: &Service, look: Look, options: &Options) -> Outcome<Vec<Row>> {
    let (mut over_http, mut ours, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.clients() {
        over_http.push(OverHttp::new(service, look, PAGE)?);
        ours.push(Ours::new(database, look, PAGE).await?);
        bare.push(Bare::new(database, look, PAGE).await?);
    }
    let turn = options.turn();
    let turns = take_turns(&["HTTP", "SQL", "bare selects"], options.rounds(), async |side| match side {
        0 => throughput(&mut over_http, turn).await,
        1 => throughput(&mut ours, turn).await,
        _ => throughput(&mut bare, turn).await,
    })
    .await?;
    let [http, sql, bare] = &turns[..] else { return Err("a side took no turn".into()) };
    let row = |name: &str, ours, baseline, least| {
        let name = format!("{name}, {PAGE} of 480 free slots, {} clients: {baseline}", options.clients());
        let baseline = if baseline == "list_slots" { sql } else { bare };
        Row::beside(name, Unit::PerSecond, ours, baseline, Target::RatioAtLeast(least))
    };
    Ok(vec![
        row("list_slots", sql, "bare selects of the same rows", 0.4),
        row("free slots over HTTP", http, "list_slots", 0.5),
        row("free slots over HTTP", http, "bare selects of the same rows", 0.2),
    ])
}

/// By how much a longer page takes one client longer.
async fn each_further_slot(database: &Database, look: Look, options: &Options) -> Outcome<Row> {
    let mut ours = [Ours::new(database, look, PAGE).await?, Ours::new(database, look, LONG_PAGE).await?];
    let mut bare = [Bare::new(database, look, PAGE).await?, Bare::new(database, look, LONG_PAGE).await?];
    let names = ["SQL, 50", "SQL, 200", "bare, 50", "bare, 200"];
    let turns = take_turns(&names, options.rounds(), async |side| {
        let seconds = match side {
            0 | 1 => latencies(&mut ours[side], PAGES).await?,
            _ => latencies(&mut bare[side - 2], PAGES).await?,
        };
        Ok(median(seconds) * 1e6)
    })
    .await?;
    let each =
        |long: &Turns, short: &Turns| long.with(short, |long, short| (long - short) / f64::from(LONG_PAGE - PAGE));
    Ok(Row::beside(
        "each further slot of a page: bare selects of the same rows",
        Unit::Microseconds,
        &each(&turns[1], &turns[0]),
        &each(&turns[3], &turns[2]),
        Target::AtMost(3.0),
    ))
}
