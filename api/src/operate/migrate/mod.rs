//! Bringing a database up to date, whatever state it is in.
//!
//! In this order, on one connection that holds an advisory lock, so that two processes may start it at once:
//!
//! 1. the versioned migrations: tables, constraints, indexes, roles ([`versioned`])
//! 2. the extension: created, or updated to the version on the server ([`extension`])
//! 3. `sql/functions`, `sql/views`, `jobs`, `sql/grants.sql`, in one transaction ([`repeatable`])
//! 4. `sql/schedule_jobs.sql`, in the one database where pg_cron runs ([`schedule`])
//! 5. `sql/demo`, if asked for
//!
//! All of it is embedded in the binary, and all of it may run again.

mod error;
mod extension;
mod files;
mod lock;
mod repeatable;
mod schedule;
mod script;
mod server;
mod versioned;

use crate::config::DatabaseUrl;
use crate::database::connect;

pub use error::{MigrateError, describe};
pub use extension::{ExtensionState, state as extension_state};
pub use schedule::{Scheduling, scheduling};
pub use server::check as check_server;
pub use versioned::{PendingMigrations, pending};

/// What to do beyond the usual.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Drop the extension and create it again, though its version is the same: for development.
    pub recreate_extension: bool,
    /// Load the demo data.
    pub demo: bool,
}

/// Brings the database at `url` up to date. Connects as a superuser.
pub async fn run(url: &DatabaseUrl, options: Options) -> Result<(), MigrateError> {
    run_reporting(url, options, &mut |_, _| ()).await
}

/// The same, telling `report` each step's name and what it did.
pub async fn run_reporting(
    url: &DatabaseUrl,
    options: Options,
    report: &mut (dyn FnMut(&str, &str) + Send),
) -> Result<(), MigrateError> {
    let mut connection = connect(url, "convene migrate").await?;
    let client = &mut connection.client;
    report("database", &format!("{}, {}", url.describe(), server::check(client).await?));
    lock::acquire(client, report).await?;
    report("migrations", &versioned::apply(client).await?);
    report("extension", &extension::install(client, options).await?);
    report("sql", &repeatable::apply(client).await?);
    report("jobs", &schedule::apply(client).await?);
    if options.demo {
        report("demo", &repeatable::load_demo(client).await?);
    }
    // The lock goes with the connection; wait until the server has noticed.
    connection.close().await;
    Ok(())
}
