//! The state of the database, cached for some seconds however many clients ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::database::{Connections, Database, resource, row};
use crate::error::{ApiError, Fault};

/// How long a good answer is cached.
const REMEMBER: Duration = Duration::from_secs(30);
/// How long it is remembered whether requests can be served.
const REMEMBER_READY: Duration = Duration::from_secs(1);
/// A bad answer is cached for a shorter time: the database may be back.
const REMEMBER_FAULT: Duration = Duration::from_secs(5);

resource! {
    /// The versions of Postgres, the extension and the schema.
    #[derive(Clone)]
    pub struct Versions {
        postgres_version: String,
        /// None: the extension is not installed.
        extension_version: Option<String>,
        /// The number of the last migration.
        schema_version: Option<i32>,
    }
}

/// A database that answered.
pub struct DatabaseHealth {
    pub checked_at: Timestamp,
    /// From the wait for a connection to the answer.
    pub response_time: Duration,
    pub connections: Connections,
    pub versions: Versions,
}

type HealthAnswer = Result<Arc<DatabaseHealth>, ApiError>;

/// Asks. Cheap to clone.
#[derive(Clone)]
pub struct HealthCheck(Arc<Inner>);

struct Inner {
    database: Database,
    patience: Duration,
    last: tokio::sync::Mutex<Option<(Instant, HealthAnswer)>>,
    /// Whether the database was there, migrated and took writes, when it was last asked.
    ready: tokio::sync::Mutex<Option<(Instant, Result<(), ApiError>)>>,
}

row! {
    struct Readiness {
        migrated: bool,
        is_writable: bool,
    }
}

impl HealthCheck {
    /// A database that takes longer than `patience` is not healthy.
    pub fn new(database: Database, patience: Duration) -> Self {
        let (last, ready) = Default::default();
        Self(Arc::new(Inner { database, patience, last, ready }))
    }

    /// Whether the database is there, migrated and takes writes, as of now or a second ago: many may ask, and not all are orchestrators.
    /// Refuses with `NOT_READY`, or whatever keeps the database from answering.
    pub async fn ready(&self) -> Result<(), ApiError> {
        let mut last = self.0.ready.lock().await;
        if let Some((asked, outcome)) = &*last
            && asked.elapsed() < REMEMBER_READY
        {
            return outcome.clone();
        }
        let outcome = self.0.ask_whether_ready().await;
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }

    /// The last answer if it is recent, else a new one. Refuses with `SERVICE_UNAVAILABLE` or whatever keeps the
    /// database from answering.
    pub async fn database(&self) -> HealthAnswer {
        let mut last = self.0.last.lock().await;
        if let Some((asked, outcome)) = &*last
            && asked.elapsed() < if outcome.is_ok() { REMEMBER } else { REMEMBER_FAULT }
        {
            return outcome.clone();
        }
        let asking = tokio::time::timeout(self.0.patience, self.0.ask()).await;
        let outcome = asking.unwrap_or_else(|_| Err(Fault::StatementTimeout.into())).map(Arc::new);
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }
}

impl Inner {
    async fn ask_whether_ready(&self) -> Result<(), ApiError> {
        let sql = "SELECT migrated, is_writable FROM convene.check_readiness()";
        match self.database.one(sql, &[]).await.map_err(not_migrated)? {
            Readiness { migrated: false, .. } => Err(NOT_MIGRATED.into()),
            Readiness { is_writable: false, .. } => Err(Fault::ReadOnly.into()),
            Readiness { .. } => Ok(()),
        }
    }

    async fn ask(&self) -> Result<DatabaseHealth, ApiError> {
        let started = Instant::now();
        let sql = "SELECT postgres_version, extension_version, schema_version FROM convene.database_status()";
        let versions = self.database.one(sql, &[]).await.map_err(not_migrated)?;
        let (response_time, connections) = (started.elapsed(), self.database.connections());
        Ok(DatabaseHealth { checked_at: Timestamp::now(), response_time, connections, versions })
    }
}

const NOT_MIGRATED: Fault = Fault::NotReady { problem: "the database is not migrated" };

/// Before the first migration the functions do not exist, which is not a fault of the service.
fn not_migrated(error: ApiError) -> ApiError {
    match error {
        ApiError::Failed(fault) if matches!(*fault, Fault::Internal { .. }) => {
            tracing::warn!(cause = fault.cause(), "not ready");
            NOT_MIGRATED.into()
        }
        other => other,
    }
}
