//! Calling functions of the database.

use std::time::Instant;

use deadpool_postgres::{Object, Pool, PoolError as WaitError};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connect::explain;
use super::connector::{Connector, TlsError};
use super::lease::Lease;
use super::pool;
use super::row::FromRow;
use crate::config::{DatabaseUrl, PoolConfig};
use crate::error::{self, ApiError, Fault};
use crate::telemetry::Calls;

/// Values for `$1`, `$2`, ….
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The service's connections. A call is one round trip, once its statement is prepared on the connection.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    connector: Connector,
    calls: Calls,
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Settings(#[from] deadpool_postgres::BuildError),
}

/// How many connections there are.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    pub idle: usize,
    pub used: usize,
    /// How many there may be.
    pub most: usize,
    /// Calls that wait for one.
    pub waiting: usize,
}

impl Database {
    /// Connects when first used; certificates are read now. What is called is measured by `calls`.
    pub fn new(url: &DatabaseUrl, settings: &PoolConfig, calls: Calls) -> Result<Self, PoolError> {
        let connector = Connector::new(url.tls())?;
        Ok(Self { pool: pool::build(url, connector.clone(), settings)?, connector, calls })
    }

    /// The state of the pool.
    pub fn connections(&self) -> Connections {
        let status = self.pool.status();
        let idle = status.available;
        Connections { idle, used: status.size.saturating_sub(idle), most: status.max_size, waiting: status.waiting }
    }

    /// Every row that `sql` yields.
    pub async fn all<T: FromRow>(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<T>, ApiError> {
        self.rows(sql, parameters).await?.iter().map(|row| T::from_row(row).map_err(ApiError::from)).collect()
    }

    /// The first row, if there is one.
    pub async fn first<T: FromRow>(&self, sql: &str, parameters: Parameters<'_>) -> Result<Option<T>, ApiError> {
        self.rows(sql, parameters).await?.first().map(T::from_row).transpose().map_err(ApiError::from)
    }

    /// The one row of a function that returns a row or refuses.
    pub async fn one<T: FromRow>(&self, sql: &str, parameters: Parameters<'_>) -> Result<T, ApiError> {
        self.first(sql, parameters).await?.ok_or_else(|| ApiError::internal(format!("no row from {sql}")))
    }

    /// Calls a function for its effect.
    pub async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<(), ApiError> {
        self.rows(sql, parameters).await.map(|_| ())
    }

    /// Runs `sql`. Tries a second time if the first attempt changed nothing and may succeed when repeated.
    async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, ApiError> {
        let mut tried = false;
        loop {
            let lease = Lease::new(self.connection().await?, self.connector.clone());
            let started = Instant::now();
            let outcome = run(&lease, sql, parameters).await;
            self.calls.ended(sql, started.elapsed(), outcome.as_ref().err().map(sqlstate));
            let again = match &outcome {
                Ok(_) => false,
                Err(error) if error::is_stale_statement(error) => {
                    // Other statements that are prepared on this connection may be stale too.
                    lease.client().iter().for_each(|client| client.statement_cache.clear());
                    true
                }
                Err(error) => error::is_transient(error),
            };
            lease.end();
            match outcome {
                Ok(rows) => return Ok(rows),
                Err(_) if again && !tried => tried = true,
                Err(error) => return Err(error::classify(&error)),
            }
        }
    }

    async fn connection(&self) -> Result<Object, ApiError> {
        let started = Instant::now();
        let connection = self.pool.get().await;
        self.calls.waited(started);
        connection.map_err(|error| match error {
            WaitError::Timeout(deadpool_postgres::TimeoutType::Wait) => {
                self.calls.timed_out();
                Fault::Busy.into()
            }
            WaitError::Backend(error) => {
                // A refused password or a missing database is a fault of the installation, and makes it unavailable
                // too.
                let cause = error.as_db_error().map_or_else(|| explain(&error), |reported| reported.message().into());
                Fault::DatabaseUnavailable { problem: format!("cannot connect: {cause}") }.into()
            }
            other => Fault::DatabaseUnavailable { problem: other.to_string() }.into(),
        })
    }
}

async fn run(lease: &Lease, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, tokio_postgres::Error> {
    let Some(client) = lease.client() else { return Ok(Vec::new()) };
    let statement = client.prepare_cached(sql).await?;
    client.query(&statement, parameters).await
}

/// The SQLSTATE of an error, or `unreported` where the server sent none.
fn sqlstate(error: &tokio_postgres::Error) -> String {
    error.code().map_or("unreported", tokio_postgres::error::SqlState::code).to_owned()
}
