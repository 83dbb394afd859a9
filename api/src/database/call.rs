//! Calling functions of the database.

use std::time::{Duration, Instant};

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connector::TlsError;
use super::crowds::Crowds;
use super::limits::CallLimits;
use super::node::{CallError, Node};
use super::replica::Replica;
use super::row::FromRow;
use super::statement::{Age, Statement};
use crate::config::{DatabaseUrl, PoolConfig, ReplicaConfig};
use crate::error::{self, ApiError, Repeat};
use crate::telemetry::{Calls, PoolName};

/// Values for `$1`, `$2`, ….
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The service's connections. A call is one round trip, once its statement or the types of its parameters are known.
#[derive(Clone)]
pub struct Database {
    primary: Node,
    replica: Option<Replica>,
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
    pub fn new(
        url: &DatabaseUrl,
        replica: Option<&ReplicaConfig>,
        settings: &PoolConfig,
        calls: Calls,
    ) -> Result<Self, PoolError> {
        let limits = CallLimits::new(settings);
        let primary = Node::new(PoolName::Primary, url, settings, &limits, calls.clone())?;
        let replica = match replica {
            Some(ReplicaConfig { url, most_lag }) => {
                let node = Node::new(PoolName::Replica, url, settings, &limits, calls)?;
                Some(Replica::new(node, *most_lag))
            }
            None => None,
        };
        let crowds = Crowds::new(limits.most_per_person());
        Ok(Self { primary, replica, crowds, patience: limits.lock_timeout(), wait: settings.wait })
    }

    /// The state of the primary's pool.
    pub fn connections(&self) -> Connections {
        self.primary.connections()
    }

    /// The state of each pool.
    pub fn pools(&self) -> impl Iterator<Item = (PoolName, Connections)> {
        let nodes = std::iter::once(&self.primary).chain(self.replica.as_ref().map(Replica::node));
        nodes.map(|node| (node.name(), node.connections()))
    }

    /// For how long the replica may lack what was written since; `None` without a replica, and while nothing is known.
    pub fn age_of_replica(&self) -> Option<Duration> {
        self.replica.as_ref().and_then(Replica::age)
    }

    /// Looks how recent the replica is, until `stop` ends. Before this is called, the primary answers everything.
    pub async fn watch_replica(&self, stop: impl Future<Output = ()>) {
        if let Some(replica) = &self.replica {
            replica.watch(&self.primary, stop).await;
        }
    }

    /// Every row that `statement` yields.
    pub async fn all<'a, T: FromRow>(
        &self,
        statement: impl Into<Statement<'a>>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<T>, ApiError> {
        let rows = self.rows(statement.into(), parameters).await?;
        rows.iter().map(|row| T::from_row(row).map_err(ApiError::from)).collect()
    }

    /// The first row, if there is one.
    pub async fn first<'a, T: FromRow>(
        &self,
        statement: impl Into<Statement<'a>>,
        parameters: Parameters<'_>,
    ) -> Result<Option<T>, ApiError> {
        let rows = self.rows(statement.into(), parameters).await?;
        rows.first().map(T::from_row).transpose().map_err(ApiError::from)
    }

    /// The one row of a function that returns a row or refuses.
    pub async fn one<'a, T: FromRow>(
        &self,
        statement: impl Into<Statement<'a>>,
        parameters: Parameters<'_>,
    ) -> Result<T, ApiError> {
        let statement = statement.into();
        let row = self.first(statement, parameters).await?;
        row.ok_or_else(|| ApiError::internal(format!("no row from {}", statement.sql)))
    }

    /// Calls a function for its effect.
    pub async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<(), ApiError> {
        self.rows(sql.into(), parameters).await.map(|_| ())
    }

    /// Asks the replica if it may answer and does, else the primary.
    async fn rows(&self, statement: Statement<'_>, parameters: Parameters<'_>) -> Result<Vec<Row>, ApiError> {
        if let (Age::Recent, Some(replica)) = (statement.age, &self.replica)
            && let Some(answer) = replica.rows(statement.sql, parameters).await
        {
            return answer;
        }
        self.rows_of_primary(statement.sql, parameters).await
    }

    /// Runs `sql`. Sends it again if it changed nothing and may succeed when repeated. No connection is held meanwhile.
    async fn rows_of_primary(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, ApiError> {
        let (began, mut is_repeated, mut turn) = (Instant::now(), false, None);
        loop {
            let error = match self.primary.call(sql, parameters).await {
                Ok(rows) => return Ok(rows),
                Err(CallError::Failed(error)) => error,
                Err(other) => return Err(other.into()),
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
}
