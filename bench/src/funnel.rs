//! What happens on booking pages: stored, rolled up, and reported from the counts of 10 million events.

use std::time::Instant;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::{Cluster, Commit, Database};
use crate::load::{Client, latencies, throughput};
use crate::options::Options;
use crate::outcome::{Outcome, explain, say};
use crate::people;
use crate::rounds::{median, take_turns};
use crate::table::{Row, Target, Unit};

const EVENT_TYPES: i32 = 1000;
/// What one run of the job takes at most.
const MOST: i64 = 1_000_000;
/// Reports in each turn.
const REPORTS: u32 = 10;

const ROLL_UP: &str = "SELECT convene.roll_up_funnel()";
const BY_DAY: &str = "SELECT * FROM convene.funnel($1, current_date - 365, current_date)";
const BY_EVENT_TYPE: &str = "SELECT * FROM convene.funnel($1, current_date - 365, current_date, 'event_type')";
const OF_ONE: &str = "SELECT * FROM convene.funnel($1, current_date - 365, current_date, 'day', $2)";

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let events = options.or_quick(10_000_000, 200_000);
    let database = cluster.fresh_database("funnel").await?;
    let admin = database.admin().await?;
    let people = people::invite_without_blocks(&admin, 1, 0).await?;
    admin.execute("UPDATE convene.users SET role = 'coordinator'", &[]).await?;
    let reader = *people.mentors.first().ok_or("there is no reader")?;
    admin.execute(include_str!("../sql/funnel_event_types.sql"), &[&reader, &EVENT_TYPES]).await?;
    let event_type: Uuid =
        admin.query_one("SELECT id FROM convene.event_types ORDER BY id LIMIT 1", &[]).await?.try_get(0)?;

    say(&format!("Counting {events} events"));
    for _ in 0..(events / MOST).max(1) {
        owe(&admin, events.min(MOST)).await?;
        admin.query_one(ROLL_UP, &[]).await?;
    }
    database.settle().await?;

    let mut rows = Vec::new();
    let reports = [
        ("day", BY_DAY, include_str!("../sql/bare_funnel_by_day.sql"), Target::RatioAtMost(1.5)),
        ("event type", BY_EVENT_TYPE, include_str!("../sql/bare_funnel_by_event_type.sql"), Target::RatioAtMost(1.5)),
        // Few counts: what it takes to see who asks, and to plan, outweighs them.
        ("day, one event type's", OF_ONE, include_str!("../sql/bare_funnel_of_one.sql"), Target::AtMost(20.0)),
    ];
    for (by, report, bare, target) in reports {
        let of_one = report == OF_ONE;
        let (ours, theirs) = if of_one { (vec![reader, event_type], vec![event_type]) } else { (vec![reader], vec![]) };
        let mut sides = [Asker::new(&database, report, ours).await?, Asker::new(&database, bare, theirs).await?];
        let turns = take_turns(&["funnel", "bare"], options.rounds(), async |side| {
            Ok(median(latencies(&mut sides[side], REPORTS).await?) * 1e3)
        })
        .await?;
        let name = format!("a year's funnel by {by}, of {events} events: a bare select of the same counts");
        rows.push(Row::beside(name, Unit::Milliseconds, &turns[0], &turns[1], target));
    }
    rows.push(rolling_up(&admin, events.min(MOST), options).await?);
    rows.push(recording(&database, event_type, options).await?);
    cluster.finish(database, options).await?;
    Ok(rows)
}

/// Adds events that are in no count yet.
async fn owe(admin: &Connection, events: i64) -> Outcome<()> {
    admin.execute(include_str!("../sql/funnel_events.sql"), &[&events]).await?;
    Ok(())
}

/// A run of the job, beside the same deletes and counts.
async fn rolling_up(admin: &Connection, events: i64, options: &Options) -> Outcome<Row> {
    let sides = [ROLL_UP, include_str!("../sql/bare_roll_up.sql")];
    let turns = take_turns(&["roll_up_funnel", "bare"], options.rounds(), async |side| {
        admin.batch_execute("TRUNCATE convene.analytics_funnel_pending").await?;
        owe(admin, events).await?;
        admin.batch_execute("VACUUM ANALYZE convene.analytics_funnel_pending, convene.analytics_funnel_days").await?;
        let started = Instant::now();
        admin.execute(sides[side], &[]).await?;
        Ok(started.elapsed().as_secs_f64())
    })
    .await?;
    let name = format!("roll_up_funnel of {events} events: a bare delete and count of them");
    Ok(Row::beside(name, Unit::Seconds, &turns[0], &turns[1], Target::RatioAtMost(2.0)))
}

/// All clients view the same page: what they have in common must not make them wait.
async fn recording(database: &Database, event_type: Uuid, options: &Options) -> Outcome<Row> {
    let sides =
        ["SELECT convene.record_funnel_event($1, 'page_view', $2)", include_str!("../sql/bare_funnel_event.sql")];
    let mut clients = [Vec::new(), Vec::new()];
    for (side, sql) in sides.into_iter().enumerate() {
        for _ in 0..options.clients() {
            clients[side].push(Visitor::new(database, sql, event_type).await?);
        }
    }
    let turns = take_turns(&["record_funnel_event", "bare"], options.rounds(), async |side| {
        throughput(&mut clients[side], options.turn()).await
    })
    .await?;
    let name = format!("views of one page, {} clients: a bare insert of the same rows", options.clients());
    Ok(Row::beside(name, Unit::PerSecond, &turns[0], &turns[1], Target::RatioAtLeast(0.7)))
}

/// A client that asks for one report again and again.
struct Asker {
    connection: Connection,
    statement: Statement,
    ids: Vec<Uuid>,
}

impl Asker {
    async fn new(database: &Database, sql: &str, ids: Vec<Uuid>) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare(sql).await?;
        Ok(Self { connection, statement, ids })
    }
}

impl Client for Asker {
    async fn ask(&mut self) -> Outcome<()> {
        let ids: Vec<&(dyn ToSql + Sync)> = self.ids.iter().map(|id| id as &(dyn ToSql + Sync)).collect();
        let rows = self.connection.query(&self.statement, &ids).await.map_err(|error| explain(&error))?;
        if rows.is_empty() { Err("a report without rows".into()) } else { Ok(()) }
    }
}

/// A client that visits a page again and again, as somebody else each time.
struct Visitor {
    connection: Connection,
    statement: Statement,
    event_type: Uuid,
    name: Uuid,
    visits: u32,
}

impl Visitor {
    async fn new(database: &Database, sql: &str, event_type: Uuid) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare(sql).await?;
        let name = connection.query_one("SELECT gen_random_uuid()", &[]).await?.try_get(0)?;
        Ok(Self { connection, statement, event_type, name, visits: 0 })
    }
}

impl Client for Visitor {
    async fn ask(&mut self) -> Outcome<()> {
        self.visits += 1;
        let visitor = format!("{}_{}", self.name.simple(), self.visits);
        let asked = self.connection.execute(&self.statement, &[&self.event_type, &visitor]).await;
        asked.map(|_| ()).map_err(|error| explain(&error).into())
    }
}
