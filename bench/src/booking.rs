//! `create_booking_atomic` with all its rules, against functions that make the same writes, or fewer, without any.

use std::sync::Arc;

use tokio_postgres::{Client as Connection, Statement};

use crate::calendar::Calendar;
use crate::cluster::{Cluster, Commit, Database};
use crate::load::{self, Client};
use crate::options::Options;
use crate::outcome::{Outcome, explain, say};
use crate::people::{self, ORG_ID};
use crate::rounds::take_turns;
use crate::table::{Row, Target, Unit};

/// What a mentee wants from a meeting.
pub const GOAL: &str = "Find out whether our pricing holds up";
/// Free slots that must be there for each second of a turn: more than any machine books.
pub const SLOTS_PER_SECOND: u64 = 15_000;

/// Mentors and mentees. Clients meet at a person by chance, and seldom.
const MENTORS: i32 = 200;
const MENTEES: i32 = 5_000;
/// Bookings that are there before anything is measured, so that statistics are those of a database in use: sessions
/// keep the plans they make, and plans made for tables known to be empty read the first index at hand.
const HISTORY: usize = 2_000;

/// A way of booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The function of the extension.
    Ours,
    /// A PL/pgSQL function that makes the same writes with no rule.
    SameWrites,
    /// A PL/pgSQL function that locks the slot, inserts the booking and updates the slot.
    Bare,
}

/// Whether the client sends an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Fresh,
    Absent,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::SameWrites => "same writes",
            Self::Bare => "bare",
        }
    }

    fn sql(self) -> String {
        match self {
            Self::Ours => "SELECT id FROM convene.create_booking_atomic($1, $2, $3, $4, $5)".to_owned(),
            Self::SameWrites => format!("SELECT bench.same_writes({ORG_ID}, $1, $2, $3, $4, $5)"),
            Self::Bare => format!("SELECT bench.bare({ORG_ID}, $1, $2, $3, $4, $5)"),
        }
    }
}

/// A client that books over SQL.
pub struct Booker {
    connection: Connection,
    statement: Statement,
    calendar: Arc<Calendar>,
    key: Key,
}

impl Booker {
    pub async fn connect(connection: Connection, way: Way, calendar: &Arc<Calendar>, key: Key) -> Outcome<Self> {
        let statement = connection.prepare(&way.sql()).await?;
        Ok(Self { connection, statement, calendar: Arc::clone(calendar), key })
    }
}

impl Client for Booker {
    async fn ask(&mut self) -> Outcome<()> {
        let opening = self.calendar.next()?;
        let key = (self.key == Key::Fresh).then(|| opening.slot_id.to_string());
        let urls: [&str; 0] = [];
        let booked = self
            .connection
            .query_one(&self.statement, &[&opening.slot_id, &opening.mentee_id, &GOAL, &urls.as_slice(), &key])
            .await;
        booked.map(|_| ()).map_err(|error| explain(&error).into())
    }
}

/// A database with people and a little history.
pub async fn prepare(cluster: &Cluster, name: &str) -> Outcome<(Database, Connection, Arc<Calendar>)> {
    let database = cluster.fresh_database(name).await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, MENTORS, MENTEES).await?;
    let calendar = Arc::new(Calendar::new(&people));
    admin.batch_execute(include_str!("../sql/booking_baselines.sql")).await?;
    book(&admin, &calendar, HISTORY).await?;
    Ok((database, admin, calendar))
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let (database, admin, calendar) = prepare(cluster, "booking").await?;
    let mut rows = Vec::new();
    for (commit, key) in [
        (Commit::Durable, Key::Absent),
        (Commit::NotAwaited, Key::Absent),
        (Commit::Durable, Key::Fresh),
        (Commit::NotAwaited, Key::Fresh),
    ] {
        rows.extend(compare(&database, &admin, &calendar, options, commit, key).await?);
    }
    cluster.finish(database, options).await?;
    Ok(rows)
}

/// Books that often, past all rules.
pub async fn book(admin: &Connection, calendar: &Calendar, bookings: usize) -> Outcome<()> {
    calendar.refill(admin, bookings).await?;
    let statement = admin.prepare(&Way::SameWrites.sql()).await?;
    let urls: [&str; 0] = [];
    for _ in 0..bookings {
        let opening = calendar.next()?;
        let key = opening.slot_id.to_string();
        admin.execute(&statement, &[&opening.slot_id, &opening.mentee_id, &GOAL, &urls.as_slice(), &key]).await?;
    }
    Ok(())
}

async fn compare(
    database: &Database,
    admin: &Connection,
    calendar: &Arc<Calendar>,
    options: &Options,
    commit: Commit,
    key: Key,
) -> Outcome<Vec<Row>> {
    let ways: &[Way] = match key {
        Key::Absent => &[Way::Ours, Way::SameWrites, Way::Bare],
        Key::Fresh => &[Way::Ours, Way::SameWrites],
    };
    let with_key = if key == Key::Fresh { ", idempotency key" } else { "" };
    let durable = if commit == Commit::NotAwaited { ", synchronous_commit=off" } else { "" };
    let clients = options.clients();
    say(&format!("Booking with {clients} clients{with_key}{durable}"));
    let stock = usize::try_from(SLOTS_PER_SECOND * options.turn().as_secs())?;
    calendar.refill(admin, stock).await?;
    database.settle().await?;

    let mut sides = Vec::new();
    for way in ways {
        let mut side = Vec::new();
        for _ in 0..clients {
            side.push(Booker::connect(database.client(commit).await?, *way, calendar, key).await?);
        }
        sides.push(side);
    }
    let names: Vec<&str> = ways.iter().map(|way| way.name()).collect();
    let turns = take_turns(&names, options.rounds(), async |side| {
        calendar.refill(admin, stock).await?;
        load::throughput(&mut sides[side], options.turn()).await
    })
    .await?;

    let (ours, baselines) = turns.split_first().ok_or("nobody took a turn")?;
    let against = [("the same writes without rules", 0.9), ("bare lock-insert-update", 0.4)];
    Ok(baselines
        .iter()
        .zip(against)
        .map(|(baseline, (what, least))| {
            let name = format!("create_booking_atomic, {clients} clients{with_key}{durable}: {what}");
            Row::beside(name, Unit::PerSecond, ours, baseline, Target::RatioAtLeast(least))
        })
        .collect())
}
