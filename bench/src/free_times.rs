//! Free times of event types over 30 days: of one host, and of a team of fifty, against bare selects of the same busy
//! windows and bookings.

use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::{Cluster, Commit, Database};
use crate::load::{Client, latencies};
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::{median, take_turns};
use crate::table::{Row, Target, Unit};

const HOSTS: i32 = 51;
const MENTEES: i32 = 1;
/// Calls in each turn.
const CALLS: u32 = 100;

/// A client that lists an event type's free times.
struct Ours {
    connection: Connection,
    statement: Statement,
    event_type: Uuid,
}

impl Ours {
    async fn new(database: &Database, slug: &str) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let event_type = connection
            .query_one("SELECT id FROM convene.event_types WHERE slug = $1::text::convene.citext", &[&slug])
            .await?
            .get(0);
        let sql = "SELECT * FROM convene.available_slots($1, now(), now() + interval '30 days')";
        let statement = connection.prepare(sql).await?;
        Ok(Self { connection, statement, event_type })
    }
}

impl Client for Ours {
    async fn ask(&mut self) -> Outcome<()> {
        let times =
            self.connection.query(&self.statement, &[&self.event_type]).await.map_err(|error| explain(&error))?;
        // Of a collective of fifty there may be none.
        if times.len() <= 1_500 { Ok(()) } else { Err(format!("{} free times", times.len()).into()) }
    }
}

/// A client that reads what they are computed from.
struct Bare {
    connection: Connection,
    statement: Statement,
    slug: &'static str,
}

impl Bare {
    async fn new(database: &Database, slug: &'static str) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare(include_str!("../sql/bare_times.sql")).await?;
        Ok(Self { connection, statement, slug })
    }
}

impl Client for Bare {
    async fn ask(&mut self) -> Outcome<()> {
        let rows = self.connection.query(&self.statement, &[&self.slug]).await.map_err(|error| explain(&error))?;
        if rows.len() >= 500 { Ok(()) } else { Err(format!("only {} rows", rows.len()).into()) }
    }
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let database = cluster.fresh_database("free_times").await?;
    let admin = database.admin().await?;
    people::invite(&admin, HOSTS, MENTEES).await?;
    admin.batch_execute(include_str!("../sql/event_types.sql")).await?;
    database.settle().await?;

    let mut rows = Vec::new();
    for (slug, name, most) in [
        ("single", "one host with 500 bookings and 500 busy windows", 1.0),
        ("round-robin", "a round robin of 50, each with 500 busy windows", 10.0),
        ("collective", "a collective of 50, each with 500 busy windows", 10.0),
    ] {
        let (mut ours, mut bare) = (Ours::new(&database, slug).await?, Bare::new(&database, slug).await?);
        let turns = take_turns(&["available_slots", "bare"], options.rounds(), async |side| {
            let seconds = match side {
                0 => latencies(&mut ours, CALLS).await,
                _ => latencies(&mut bare, CALLS).await,
            };
            Ok(median(seconds?) * 1e3)
        })
        .await?;
        rows.push(Row::beside(
            format!("available_slots, 30 days of {name}: a bare select of what takes their time"),
            Unit::Milliseconds,
            &turns[0],
            &turns[1],
            Target::AtMost(most),
        ));
    }
    cluster.finish(database, options).await?;
    Ok(rows)
}
