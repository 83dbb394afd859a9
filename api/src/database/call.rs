//! Calling functions of the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{Object, Pool, PoolError as WaitError};
use futures_util::future::join3;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connect::explain;
use super::connector::{Connector, TlsError};
use super::crowds::Crowds;
use super::lease::Lease;
use super::limits::CallLimits;
use super::parameter_types::ParameterTypes;
use super::pool;
use super::row::FromRow;
use crate::config::{DatabaseUrl, PoolConfig, Pooling};
use crate::error::{self, ApiError, Fault, Repeat};
use crate::telemetry::Calls;

/// Values for `$1`, `$2`, ….
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The service's connections. A call is one round trip, once its statement or the types of its parameters are known.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    connector: Connector,
    calls: Calls,
    way: Way,
    crowds: Crowds,
    /// How long a call is repeated while functions are replaced.
    patience: Duration,
    /// How long a call waits for a connection, or for its turn.
    wait: Duration,
}

/// Between two tries while functions are replaced.
const PAUSE: Duration = Duration::from_millis(100);
/// Between two tries of who has their turn.
const SHORT_PAUSE: Duration = Duration::from_millis(15);

/// How statements are sent.
#[derive(Clone)]
enum Way {
    /// Prepared once for each connection.
    Prepared,
    /// For poolers: each in a transaction of its own that sets what it needs, and prepared under no name, because names
    /// of other instances are in the same session. All of it is sent at once.
    InTransaction { begin: Arc<str>, types: ParameterTypes },
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
        let (connector, limits) = (Connector::new(url.tls())?, CallLimits::new(settings));
        let pool = pool::build(url, connector.clone(), &limits, settings)?;
        let way = match settings.pooling {
            Pooling::Sessions => Way::Prepared,
            Pooling::Transactions => {
                Way::InTransaction { begin: limits.begin().into(), types: ParameterTypes::default() }
            }
        };
        let crowds = Crowds::new(limits.most_per_person());
        Ok(Self { pool, connector, calls, way, crowds, patience: limits.lock_timeout(), wait: settings.wait })
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

    /// Runs `sql`. Sends it again if it changed nothing and may succeed when repeated. No connection is held meanwhile.
    async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, ApiError> {
        let (began, mut is_repeated, mut turn) = (Instant::now(), false, None);
        loop {
            let lease = Lease::new(self.connection().await?, self.connector.clone());
            let started = Instant::now();
            let outcome = self.send(&lease, sql, parameters).await;
            self.calls.ended(sql, started.elapsed(), outcome.as_ref().err().map(sqlstate));
            if outcome.as_ref().is_err_and(error::is_outdated) {
                self.forget_statements(&lease, sql);
            }
            lease.end();
            let error = match outcome {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            match error::repeat(&error) {
                Repeat::Once if !is_repeated => is_repeated = true,
                Repeat::Later if began.elapsed() < self.patience => tokio::time::sleep(PAUSE).await,
                Repeat::InTurn(person) if began.elapsed() < self.wait && turn.is_none() => {
                    let left = self.wait.saturating_sub(began.elapsed());
                    turn = tokio::time::timeout(left, self.crowds.turn(person)).await.unwrap_or_default();
                }
                // Other instances have their turn, too.
                Repeat::InTurn(_) if began.elapsed() < self.wait => tokio::time::sleep(SHORT_PAUSE).await,
                _ => return Err(error::classify(&error)),
            }
        }
    }

    async fn send(
        &self,
        lease: &Lease,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let Some(client) = lease.client() else { return Ok(Vec::new()) };
        match &self.way {
            Way::Prepared => {
                let statement = client.prepare_cached(sql).await?;
                client.query(&statement, parameters).await
            }
            Way::InTransaction { begin, types } => {
                let types = types.of(client, sql).await?;
                let typed: Vec<_> = parameters.iter().copied().zip(types.iter().cloned()).collect();
                // Each is sent when it is first polled, in this order, and none waits for the answer to another.
                let (begun, rows, ended) =
                    join3(client.batch_execute(begin), client.query_typed(sql, &typed), client.batch_execute("COMMIT"))
                        .await;
                begun?;
                let rows = rows?;
                ended?;
                Ok(rows)
            }
        }
    }

    /// Functions were replaced: what is known of other statements on this connection may be outdated, too.
    fn forget_statements(&self, lease: &Lease, sql: &str) {
        if let Some(client) = lease.client() {
            client.statement_cache.clear();
        }
        if let Way::InTransaction { types, .. } = &self.way {
            types.forget(sql);
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

/// The SQLSTATE of an error, or `unreported` where the server sent none.
fn sqlstate(error: &tokio_postgres::Error) -> String {
    error.code().map_or("unreported", tokio_postgres::error::SqlState::code).to_owned()
}
