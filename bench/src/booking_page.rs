//! A page of a mentor's bookings in a database with much history.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::{Commit, Database};
use crate::load::{Client, latencies};
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::rounds::{median, take_turns};
use crate::table::{Row, Target, Unit};

const OURS: &str = "SELECT * FROM convene.list_bookings($1, p_from => $2, p_limit => 50)";
const PAGE: usize = 50;
/// Pages in each turn.
const PAGES: u32 = 400;

/// A client that reads one mentor's bookings after the other's, each from another hour of history on.
struct Reader {
    connection: Connection,
    statement: Statement,
    mentors: Arc<[Uuid]>,
    /// How far back it may begin: `history.sql` has a booking of each mentor in each hour.
    hours: usize,
    asked: usize,
}

impl Reader {
    async fn new(database: &Database, sql: &str, mentors: &Arc<[Uuid]>, hours: usize) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare(sql).await?;
        Ok(Self { connection, statement, mentors: Arc::clone(mentors), hours, asked: 0 })
    }
}

impl Client for Reader {
    async fn ask(&mut self) -> Outcome<()> {
        self.asked += 1;
        let mentor = self.mentors[self.asked % self.mentors.len()];
        // A prime number of hours, so that pages are spread over all of history.
        let back = PAGE + 10 + self.asked * 7919 % (self.hours - PAGE - 10);
        let from = Timestamp::now() - SignedDuration::from_hours(i64::try_from(back)?);
        let page = self.connection.query(&self.statement, &[&mentor, &from]).await;
        match page.map_err(|error| explain(&error))?.len() {
            PAGE => Ok(()),
            rows => Err(format!("{rows} bookings instead of {PAGE}").into()),
        }
    }
}

pub async fn row(database: &Database, mentors: &[Uuid], options: &Options) -> Outcome<Row> {
    let hours = usize::try_from(options.bookings())? / mentors.len();
    let mentors: Arc<[Uuid]> = mentors.into();
    let mut sides = [
        Reader::new(database, OURS, &mentors, hours).await?,
        Reader::new(database, include_str!("../sql/bare_page.sql"), &mentors, hours).await?,
    ];
    let turns = take_turns(&["list_bookings", "bare"], options.rounds(), async |side| {
        Ok(median(latencies(&mut sides[side], PAGES).await?) * 1e3)
    })
    .await?;
    Ok(Row::beside(
        format!("a page of a mentor's bookings, among {}: a bare select of the same rows", options.bookings()),
        Unit::Milliseconds,
        &turns[0],
        &turns[1],
        Target::AtMost(2.0),
    ))
}
