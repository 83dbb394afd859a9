//! The versioned migrations: `migrations/V*.sql`, each once, in order, never edited afterwards.

use tokio_postgres::Client;

use super::error::{MigrateError, describe};

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// The history of applied migrations. It is in our own schema, so that a dump of the schema includes it.
const HISTORY: &str = "convene.refinery_schema_history";

fn runner() -> refinery::Runner {
    let mut runner = embedded::migrations::runner();
    runner.set_migration_table_name(HISTORY);
    runner
}

/// Applies the missing migrations, and returns a line about them.
pub async fn apply(client: &mut Client) -> Result<String, MigrateError> {
    client.batch_execute("CREATE SCHEMA IF NOT EXISTS convene").await?;
    let report = runner().run_async(client).await.map_err(explain)?;
    client.batch_execute(include_str!("sql/comment_on_history.sql")).await?;
    let applied: Vec<String> = report.applied_migrations().iter().map(ToString::to_string).collect();
    Ok(match applied.len() {
        0 => format!("nothing new, {} applied before", runner().get_migrations().len()),
        count => format!("applied {count}: {}", applied.join(", ")),
    })
}

fn explain(error: refinery::Error) -> MigrateError {
    use refinery::error::Kind;
    MigrateError::Migration(match error.kind() {
        Kind::DivergentVersion(applied, known) => format!(
            "migration {applied} was changed after it was applied (here it is {known}): \
             restore the file and put the change into a new migration"
        ),
        Kind::MissingVersion(migration) => format!(
            "migration {migration} was applied to this database and is unknown here: \
             the database belongs to a newer build of convene"
        ),
        Kind::Connection(what, cause) => match cause.downcast_ref::<tokio_postgres::Error>() {
            Some(cause) => format!("{what}: {}", describe(cause)),
            None => format!("{what}: {cause}"),
        },
        other => other.to_string(),
    })
}

/// How the migrations of a database compare with those of this build.
#[derive(Debug, PartialEq, Eq)]
pub enum PendingMigrations {
    /// Never migrated.
    All,
    /// This many are missing.
    Some(usize),
    None,
    /// This many were applied that this build does not know.
    Newer(usize),
}

/// Compares, without changing anything.
pub async fn pending(client: &Client) -> Result<PendingMigrations, MigrateError> {
    let known = runner().get_migrations().len();
    let exists: bool = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&HISTORY]).await?.try_get(0)?;
    if !exists {
        return Ok(PendingMigrations::All);
    }
    let count: i64 = client.query_one(&format!("SELECT count(*) FROM {HISTORY}"), &[]).await?.try_get(0)?;
    let applied = usize::try_from(count).unwrap_or_default();
    Ok(match applied {
        0 => PendingMigrations::All,
        _ if applied < known => PendingMigrations::Some(known - applied),
        _ if applied > known => PendingMigrations::Newer(applied - known),
        _ => PendingMigrations::None,
    })
}
