//! The extension `convene`. It owns functions only, so dropping and creating it loses nothing.

use tokio_postgres::Client;

use super::Options;
use super::error::{MigrateError, describe};

/// The extension, as the server has it.
#[derive(Debug, PartialEq, Eq)]
pub enum ExtensionState {
    /// Its files are not on the server.
    NotOnServer,
    NotCreated {
        available: String,
    },
    Outdated {
        installed: String,
        available: String,
    },
    Current {
        installed: String,
    },
}

/// Looks, without changing anything.
pub async fn state(client: &Client) -> Result<ExtensionState, tokio_postgres::Error> {
    let found = client
        .query_opt("SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'convene'", &[])
        .await?;
    let Some(row) = found else { return Ok(ExtensionState::NotOnServer) };
    let (available, installed): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
    Ok(match installed {
        None => ExtensionState::NotCreated { available },
        Some(installed) if installed != available => ExtensionState::Outdated { installed, available },
        Some(installed) => ExtensionState::Current { installed },
    })
}

/// Creates the extension, or updates it to the version on the server; says what was done.
pub async fn install(client: &Client, options: Options) -> Result<String, MigrateError> {
    match state(client).await? {
        ExtensionState::NotOnServer => Err(MigrateError::Unsuitable(
            "the extension convene is not on this server: build and install it there \
             (scripts/extension, or cargo pgrx install --release --package convene), then migrate again"
                .to_owned(),
        )),
        ExtensionState::NotCreated { available } => {
            change(client, CREATE).await?;
            Ok(format!("created, version {available}"))
        }
        ExtensionState::Outdated { available, .. } | ExtensionState::Current { installed: available }
            if options.recreate_extension =>
        {
            change(client, &format!("BEGIN; DROP EXTENSION convene; {CREATE}; COMMIT")).await?;
            Ok(format!("dropped and created again, version {available}"))
        }
        ExtensionState::Outdated { installed, available } => {
            change(client, "ALTER EXTENSION convene UPDATE").await?;
            Ok(format!("updated from version {installed} to {available}"))
        }
        ExtensionState::Current { installed } => Ok(format!("version {installed}, as on the server")),
    }
}

const CREATE: &str = "CREATE EXTENSION convene SCHEMA convene";

async fn change(client: &Client, statement: &str) -> Result<(), MigrateError> {
    client.batch_execute(statement).await.map_err(|error| {
        MigrateError::Unsuitable(format!("the extension convene cannot be installed: {}", describe(&error)))
    })
}
