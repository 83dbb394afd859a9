//! Whether the database holds what this build expects.

use tokio_postgres::Client;

use super::Finding;
use crate::operate::migrate::{ExtensionState, MigrateError, PendingMigrations, extension_state, pending};

pub async fn migrations(admin: &Client) -> Finding {
    const SUBJECT: &str = "migrations";
    const ADVICE: &str = "Run `convene migrate`.";
    match pending(admin).await {
        Ok(PendingMigrations::None) => Finding::ok(SUBJECT, "all are applied"),
        Ok(PendingMigrations::All) => Finding::fail(SUBJECT, "none is applied", ADVICE),
        Ok(PendingMigrations::Some(count)) => Finding::fail(SUBJECT, format!("{count} are not applied"), ADVICE),
        Ok(PendingMigrations::Newer(count)) => Finding::fail(
            SUBJECT,
            format!("{count} are applied that this build does not know"),
            "Use the build of convene that migrated the database, or a newer one.",
        ),
        Err(MigrateError::Database(error)) => Finding::of(SUBJECT, Err(error)),
        Err(other) => Finding::fail(SUBJECT, other.to_string(), ADVICE),
    }
}

pub async fn extension(admin: &Client) -> Finding {
    const SUBJECT: &str = "extension";
    let check = async {
        Ok(match extension_state(admin).await? {
            ExtensionState::Current { installed } => Finding::ok(SUBJECT, format!("version {installed}")),
            ExtensionState::Outdated { installed, available } => Finding::warn(
                SUBJECT,
                format!("version {installed} is installed, and the server has {available}"),
                "Run `convene migrate`.",
            ),
            ExtensionState::NotCreated { available } => Finding::fail(
                SUBJECT,
                format!("the server has version {available}, and this database has none"),
                "Run `convene migrate`.",
            ),
            ExtensionState::NotOnServer => Finding::fail(
                SUBJECT,
                "its files are not on the server",
                "Build and install it there: scripts/extension, or cargo pgrx install --release --package convene.",
            ),
        })
    };
    Finding::of(SUBJECT, check.await)
}
