//! Scheduling the jobs with pg_cron, which exists in one database of a cluster, and not in every cluster.

use tokio_postgres::Client;

use super::error::MigrateError;
use super::files;

/// Whether pg_cron can run jobs of this database.
#[derive(Debug, PartialEq, Eq)]
pub enum Scheduling {
    Possible,
    /// pg_cron is not in `shared_preload_libraries`.
    NotLoaded,
    /// pg_cron runs in another database.
    Elsewhere {
        database: String,
        here: String,
    },
}

impl Scheduling {
    /// Why not; empty when possible.
    pub fn obstacle(&self) -> String {
        match self {
            Self::Possible => String::new(),
            Self::NotLoaded => "pg_cron is not loaded: install it, set shared_preload_libraries = 'pg_cron' \
                                and cron.database_name, restart the server and migrate again"
                .to_owned(),
            Self::Elsewhere { database, here } => format!(
                "pg_cron runs in the database {database}, not in {here}: \
                 set cron.database_name = '{here}', restart the server and migrate again"
            ),
        }
    }
}

/// Looks, without changing anything.
pub async fn scheduling(client: &Client) -> Result<Scheduling, tokio_postgres::Error> {
    let row =
        client.query_one("SELECT current_setting('cron.database_name', true), current_database()::text", &[]).await?;
    let (database, here): (Option<String>, String) = (row.try_get(0)?, row.try_get(1)?);
    Ok(match database {
        None => Scheduling::NotLoaded,
        Some(database) if database != here => Scheduling::Elsewhere { database, here },
        Some(_) => Scheduling::Possible,
    })
}

/// Schedules the jobs where that is possible; else says why not.
pub async fn apply(client: &mut Client) -> Result<String, MigrateError> {
    let scheduling = scheduling(client).await?;
    if scheduling != Scheduling::Possible {
        return Ok(format!("not scheduled: {}", scheduling.obstacle()));
    }
    let transaction = client.transaction().await?;
    for script in files::sql_file("schedule_jobs.sql") {
        script.run(&transaction).await?;
    }
    transaction.commit().await?;
    let count: i64 = client.query_one("SELECT count(*) FROM convene.jobs", &[]).await?.try_get(0)?;
    Ok(format!("{count} scheduled with pg_cron"))
}
