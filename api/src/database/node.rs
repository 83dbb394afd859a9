//! One server that calls are sent to, the primary or a replica.

use std::sync::Arc;
use std::time::Instant;

use deadpool_postgres::{Object, Pool, PoolError as WaitError, TimeoutType};
use futures_util::future::join3;
use tokio_postgres::Row;

use super::call::{Connections, Parameters, PoolError};
use super::connect::explain;
use super::connector::Connector;
use super::lease::Lease;
use super::limits::CallLimits;
use super::parameter_types::ParameterTypes;
use super::pool;
use crate::config::{DatabaseUrl, PoolConfig, Pooling};
use crate::error::{self, ApiError, Fault};
use crate::telemetry::{Calls, PoolName};

/// Connections to one server. Cheap to clone.
#[derive(Clone)]
pub struct Node {
    name: PoolName,
    pool: Pool,
    connector: Connector,
    calls: Calls,
    way: Way,
}

/// How statements are sent.
#[derive(Clone)]
enum Way {
    /// Prepared once for each connection.
    Prepared,
    /// For poolers: each in a transaction of its own that sets what it needs, and prepared under no name, because names
    /// of other instances are in the same session. All of it is sent at once.
    InTransaction { begin: Arc<str>, types: ParameterTypes },
}

/// Why there are no rows.
#[derive(Debug)]
pub enum CallError {
    /// No connection became free in time.
    Busy,
    /// No connection can be made.
    Unreachable { problem: String },
    /// The server said no, or the connection broke.
    Failed(tokio_postgres::Error),
}

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Busy => Fault::Busy.into(),
            CallError::Unreachable { problem } => Fault::DatabaseUnavailable { problem }.into(),
            CallError::Failed(error) => error::classify(&error),
        }
    }
}

impl Node {
    /// Connects when first used; certificates are read now.
    pub fn new(
        name: PoolName,
        url: &DatabaseUrl,
        settings: &PoolConfig,
        limits: &CallLimits,
        calls: Calls,
    ) -> Result<Self, PoolError> {
        let connector = Connector::new(url.tls())?;
        let pool = pool::build(url, connector.clone(), limits, settings)?;
        let way = match settings.pooling {
            Pooling::Sessions => Way::Prepared,
            Pooling::Transactions => {
                Way::InTransaction { begin: limits.begin().into(), types: ParameterTypes::default() }
            }
        };
        Ok(Self { name, pool, connector, calls, way })
    }

    /// What its pool is called in metrics.
    pub fn name(&self) -> PoolName {
        self.name
    }

    /// The state of the pool.
    pub fn connections(&self) -> Connections {
        let status = self.pool.status();
        let idle = status.available;
        Connections { idle, used: status.size.saturating_sub(idle), most: status.max_size, waiting: status.waiting }
    }

    /// Runs `sql` once.
    pub async fn call(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, CallError> {
        let lease = Lease::new(self.connection().await?, self.connector.clone());
        let started = Instant::now();
        let outcome = self.send(&lease, sql, parameters).await;
        self.calls.ended(sql, started.elapsed(), outcome.as_ref().err().map(sqlstate));
        if outcome.as_ref().is_err_and(error::is_outdated) {
            self.forget_statements(&lease, sql);
        }
        lease.end();
        outcome.map_err(CallError::Failed)
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

    async fn connection(&self) -> Result<Object, CallError> {
        let started = Instant::now();
        let connection = self.pool.get().await;
        self.calls.waited(self.name, started);
        connection.map_err(|error| match error {
            WaitError::Timeout(TimeoutType::Wait) => {
                self.calls.timed_out(self.name);
                CallError::Busy
            }
            WaitError::Backend(error) => {
                // A refused password or a missing database is a fault of the installation, and makes it unavailable
                // too.
                let cause = error.as_db_error().map_or_else(|| explain(&error), |reported| reported.message().into());
                CallError::Unreachable { problem: format!("cannot connect: {cause}") }
            }
            other => CallError::Unreachable { problem: other.to_string() },
        })
    }
}

/// The SQLSTATE of an error, or `unreported` where the server sent none.
fn sqlstate(error: &tokio_postgres::Error) -> String {
    error.code().map_or("unreported", tokio_postgres::error::SqlState::code).to_owned()
}
