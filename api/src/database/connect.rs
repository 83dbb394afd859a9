//! One connection outside the pool, for the commands of an administrator.

use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::config::DatabaseUrl;

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
#[derive(Debug)]
pub struct ConnectError {
    target: String,
    cause: String,
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot connect to {}: {}", self.target, self.cause)
    }
}

impl std::error::Error for ConnectError {}

/// Connects as `application`, a name that shows in `pg_stat_activity`.
pub async fn connect(url: &DatabaseUrl, application: &str) -> Result<Connection, ConnectError> {
    let mut parameters = url.parameters().clone();
    parameters.application_name(application);
    if parameters.get_connect_timeout().is_none() {
        parameters.connect_timeout(std::time::Duration::from_secs(10));
    }
    let (client, connection) = parameters
        .connect(NoTls)
        .await
        .map_err(|error| ConnectError { target: url.describe(), cause: explain(&error) })?;
    let driver = tokio::spawn(async move {
        // Its end shows as an error of the statement that was running.
        let _ = connection.await;
    });
    Ok(Connection { client, driver })
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
