//! A mentor's free slots over HTTP, against the SQL function called directly.

use reqwest::StatusCode;
use tokio_postgres::{Client as Connection, Statement};
use uuid::Uuid;

use crate::cluster::{Cluster, Commit, Database};
use crate::load::{Client, throughput};
use crate::options::Options;
use crate::outcome::{Outcome, explain};
use crate::people;
use crate::rounds::take_turns;
use crate::service::{HttpClient, Service, expect};
use crate::table::{Measured, Row, Target};

/// Hours ahead that have a slot: 30 days.
pub const HOURS: i32 = 720;

/// A client that lists a mentor's first free slots over HTTP.
pub struct OverHttp {
    http: HttpClient,
    mentee: Uuid,
    path: String,
}

impl OverHttp {
    pub fn new(service: &Service, mentee: Uuid, mentor: Uuid) -> Outcome<Self> {
        Ok(Self { http: service.client()?, mentee, path: format!("/v1/mentors/{mentor}/slots?limit=49") })
    }
}

impl Client for OverHttp {
    async fn ask(&mut self) -> Outcome<()> {
        expect(self.http.get(self.mentee, &self.path), StatusCode::OK).await
    }
}

/// A client that lists them over SQL: one more, as the service does to know whether there are more.
pub struct Direct {
    connection: Connection,
    statement: Statement,
    mentee: Uuid,
    mentor: Uuid,
}

impl Direct {
    pub async fn new(database: &Database, mentee: Uuid, mentor: Uuid) -> Outcome<Self> {
        let connection = database.client(Commit::Durable).await?;
        let statement = connection.prepare("SELECT * FROM convene.list_slots($1, $2, p_limit => 50)").await?;
        Ok(Self { connection, statement, mentee, mentor })
    }
}

impl Client for Direct {
    async fn ask(&mut self) -> Outcome<()> {
        let listed = self.connection.query(&self.statement, &[&self.mentee, &self.mentor]).await;
        match listed.map_err(|error| explain(&error))?.len() {
            50 => Ok(()),
            rows => Err(format!("{rows} slots instead of 50").into()),
        }
    }
}

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let database = cluster.fresh_database("free_slots").await?;
    let admin = database.admin().await?;
    let people = people::invite(&admin, 20, 200).await?;
    let (mentor, mentee) = (people.mentors[0], people.mentees[0]);
    admin.execute(include_str!("../sql/slots_ahead.sql"), &[&0, &HOURS]).await?;
    admin.execute(include_str!("../sql/busy_mentor.sql"), &[&mentor]).await?;
    let service = Service::start(cluster, &database, &admin).await?;
    if !service.is_ready().await? {
        return Err("the service is not ready".into());
    }
    database.settle().await?;

    let (mut over_http, mut direct) = (Vec::new(), Vec::new());
    for _ in 0..options.clients() {
        over_http.push(OverHttp::new(&service, mentee, mentor)?);
        direct.push(Direct::new(&database, mentee, mentor).await?);
    }
    let turns = take_turns(&["HTTP", "SQL"], options.rounds(), async |side| {
        if side == 0 {
            throughput(&mut over_http, options.turn()).await
        } else {
            throughput(&mut direct, options.turn()).await
        }
    })
    .await?;
    drop(service);
    cluster.finish(database, options).await?;

    Ok(vec![Row {
        name: format!("free slots over HTTP, 49 of 480, {} clients: the SQL function", options.clients()),
        ours: format!("{:.0}/s", turns[0].median()),
        baseline: format!("{:.0}/s", turns[1].median()),
        measured: Measured::Ratio(turns[0].over(&turns[1])),
        target: Target::AtLeast(0.5),
    }])
}
