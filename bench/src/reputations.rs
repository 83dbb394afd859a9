//! Recomputing everybody's reputation.

use std::time::Instant;

use crate::cluster::Cluster;
use crate::options::Options;
use crate::outcome::{Outcome, say};
use crate::people;
use crate::table::{Row, Target, Unit};

pub async fn run(cluster: &Cluster, options: &Options) -> Outcome<Vec<Row>> {
    let people = options.or_quick(100_000, 10_000);
    let (mentors, bookings) = (people / 20, people * 3);
    let database = cluster.fresh_database("reputations").await?;
    let admin = database.admin().await?;
    people::invite(&admin, mentors, people - mentors).await?;
    say(&format!("Writing a history of {bookings} bookings"));
    admin.batch_execute(&include_str!("../sql/history.sql").replace("$1", &bookings.to_string())).await?;
    database.settle().await?;

    let started = Instant::now();
    let answer: serde_json::Value = admin.query_one("SELECT convene.recompute_reputations()", &[]).await?.try_get(0)?;
    let seconds = started.elapsed().as_secs_f64();
    if answer["recomputed_count"] != people {
        return Err(format!("not everybody's was recomputed: {answer}").into());
    }
    cluster.finish(database, options).await?;

    let name = format!("recomputing {people} reputations over {bookings} bookings");
    Ok(vec![Row::alone(name, Unit::Seconds, seconds, Target::AtMost(10.0))])
}
