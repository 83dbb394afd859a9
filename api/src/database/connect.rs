//! One connection outside the pool, for the commands of an administrator.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::Client;

use super::connector::{Connector, UndrivenConnection};
use crate::config::DatabaseUrl;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection and the task that drives it.
pub struct Connection {
    pub client: Client,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Closes the connection and waits until the server has been told, which frees its locks.
    pub async fn close(self) {
        drop(self.client);
        let _ = self.driver.await;
    }
}

/// Why a database cannot be reached. Shows the server's words, and never the password.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {target}: {cause}")]
pub struct ConnectError {
    target: String,
    cause: String,
}

/// Connects as `application`, a name that shows in `pg_stat_activity`.
pub async fn connect(url: &DatabaseUrl, application: &str) -> Result<Connection, ConnectError> {
    let (client, connection) = connect_undriven(url, application).await?;
    let driver = tokio::spawn(async move {
        // Its end shows as an error of the statement that was running.
        let _ = connection.await;
    });
    Ok(Connection { client, driver })
}

/// The same, without a task that drives the connection. The caller polls it, and gets the server's notifications.
pub async fn connect_undriven(
    url: &DatabaseUrl,
    application: &str,
) -> Result<(Client, UndrivenConnection), ConnectError> {
    let fault = |error: &dyn std::error::Error| ConnectError { target: url.describe(), cause: explain(error) };
    let connector = Connector::new(url.tls()).map_err(|error| fault(&error))?;
    let mut parameters = url.parameters().clone();
    parameters.application_name(application);
    if parameters.get_connect_timeout().is_none() {
        parameters.connect_timeout(CONNECT_TIMEOUT);
    }
    connector.connect(&parameters).await.map_err(|error| fault(&error))
}

/// An error with its causes, in one line.
pub fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
