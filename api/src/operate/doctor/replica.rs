//! The replica that answers what may be a little old.

use std::time::{Duration, Instant};

use tokio_postgres::Client;

use super::Finding;
use crate::config::{Config, ReplicaConfig};
use crate::database::{FromRow, POSITION, Position, connect};

const SUBJECT: &str = "CONVENE_REPLICA_URL";
/// How long the replica is waited for at most, and how long between two looks.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Whether there is a replica of the database, and it follows closely enough to be asked. `None` where none is set.
pub async fn follows(config: &Config, admin: &Client) -> Option<Finding> {
    let replica = config.replica.as_ref()?;
    let connection = match connect(&replica.url, "convene doctor").await {
        Ok(connection) => connection,
        Err(problem) => {
            let advice = "Until it can be reached, the primary answers everything. Check that the standby runs and listens \
                          there, that hot_standby is on, the password, the database, and pg_hba.conf.";
            return Some(Finding::fail(SUBJECT, problem.to_string(), advice));
        }
    };
    let found = Finding::of(SUBJECT, compare(replica, admin, &connection.client).await);
    connection.close().await;
    Some(found)
}

async fn compare(replica: &ReplicaConfig, admin: &Client, client: &Client) -> Result<Finding, tokio_postgres::Error> {
    let primary = position(admin).await?;
    let (began, mut there) = (Instant::now(), position(client).await?);
    let advice = "Let it name a hot standby of the database of CONVENE_DATABASE_URL.";
    if !there.is_standby {
        return Ok(Finding::fail(SUBJECT, "is no standby, and is not asked", advice));
    }
    if there.database != primary.database {
        return Ok(Finding::fail(SUBJECT, "is a standby of another database, and is not asked", advice));
    }
    let patience = replica.most_lag.min(PATIENCE);
    while there.position < primary.position && began.elapsed() < patience {
        tokio::time::sleep(PAUSE).await;
        there = position(client).await?;
    }
    Ok(if there.position < primary.position {
        let behind = primary.position - there.position;
        Finding::warn(
            SUBJECT,
            format!("{} is {behind} bytes behind after {patience:?}", replica.url.describe()),
            "While it lags more than CONVENE_REPLICA_LAG, the primary answers. See pg_stat_replication on the primary.",
        )
    } else {
        Finding::ok(SUBJECT, format!("{} has what the primary has", replica.url.describe()))
    })
}

async fn position(client: &Client) -> Result<Position, tokio_postgres::Error> {
    Position::from_row(&client.query_typed_one(POSITION, &[]).await?)
}
