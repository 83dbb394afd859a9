//! `match_mentors` among 10,000 mentors with tags, scores of all kinds and 40 free slots each.

use std::iter::Cycle;
use std::vec::IntoIter;

use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::{Cluster, Commit, Database};
use crate::load::{Client, latencies};
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::{median, take_turns};
use crate::table::{Row, Target, Unit};

const MENTEES: i32 = 200;
/// Questions in each turn.
const QUESTIONS: u32 = 100;

/// A client that asks for the ten best mentors of one mentee after the other.
struct Asker {
    connection: Connection,
    statement: Statement,
    mentees: Cycle<IntoIter<Uuid>>,
}

impl Asker {
    async fn new(database: &Database, sql: &str, mentees: Vec<Uuid>) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare(sql).await?;
        Ok(Self { connection, statement, mentees: mentees.into_iter().cycle() })
    }
}

impl Client for Asker {
    async fn ask(&mut self) -> Outcome<()> {
        let mentee = self.mentees.next().ok_or("there is no mentee")?;
        let matched = self.connection.query(&self.statement, &[&mentee]).await;
        match matched.map_err(|error| explain(&error))?.len() {
            10 => Ok(()),
            mentors => Err(format!("{mentors} mentors instead of 10").into()),
        }
    }
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let mentors = options.or_quick(10_000, 1_000);
    let database = cluster.fresh_database("matching").await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, mentors, MENTEES).await?;
    admin.batch_execute(include_str!("../sql/matching.sql")).await?;
    database.settle().await?;

    let mut sides = [
        Asker::new(&database, "SELECT * FROM convene.match_mentors($1)", people.mentees.clone()).await?,
        Asker::new(&database, include_str!("../sql/bare_matching.sql"), people.mentees).await?,
    ];
    let turns = take_turns(&["match_mentors", "bare"], options.rounds(), async |side| {
        Ok(median(latencies(&mut sides[side], QUESTIONS).await?) * 1e3)
    })
    .await?;
    cluster.finish(database, options).await?;

    Ok(vec![Row::beside(
        format!("match_mentors among {mentors} mentors: a bare select that ranks them by shared tags"),
        Unit::Milliseconds,
        &turns[0],
        &turns[1],
        Target::AtMost(20.0),
    )])
}
