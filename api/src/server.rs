//! The running service.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::answer::{
    AppState, Authenticator, Connections, HealthCheck, InternalState, Lifecycle, Limiter, internal_router, router,
    serve,
};
use crate::config::{Config, ConfigFaults, HttpConfig, InternalConfig, Switch};
use crate::database::{Database, PoolError};
use crate::integrations::airtable::Directories;
use crate::integrations::calendars::Calendars;
use crate::telemetry::{Sampler, Telemetry, TelemetryError};
use crate::work::Workers;

/// A service that is bound to its address and does not serve yet.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use convene_api::{Server, config::Config};
///
/// let server = Server::bind(Config::from_environment()?).await?;
/// println!("listening on http://{}", server.address());
/// server.run(async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await;
/// # Ok(()) }
/// ```
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    config: Config,
    router: Router,
    internal: Option<Internal>,
    /// Keeps the numbers of queues and jobs recent for the exporter; `None` where nothing is exported.
    sampling: Option<Sampler>,
    telemetry: Telemetry,
    database: Database,
    calendars: Option<Calendars>,
    directories: Option<Directories>,
    lifecycle: Lifecycle,
}

/// Connections to the address for operators, at most.
const OPERATORS: usize = 50;

/// The address for operators.
struct Internal {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigFaults),
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}: {cause}")]
    Listen { address: SocketAddr, cause: std::io::Error },
    #[error("cannot make a connection pool: {0}")]
    Pool(#[from] PoolError),
    #[error("cannot measure: {0}")]
    Telemetry(#[from] TelemetryError),
}

impl Server {
    /// Binds the address. The database need not be up yet: `/readyz` says when it is.
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let url = config.require_database()?;
        let telemetry = Telemetry::new(config.collector.as_ref())?;
        let database = Database::new(url, config.replica.as_ref(), &config.pool, telemetry.calls())?;
        let sampler = Sampler::new(database.clone());
        telemetry.watch(&database, &sampler);
        let sampling = telemetry.exports().then(|| sampler.clone());
        let (listener, address) = bind(config.http.listen).await?;
        let health = HealthCheck::new(database.clone(), config.pool.statement_timeout);
        let internal =
            internal(&config.internal, InternalState { telemetry: telemetry.clone(), sampler, health: health.clone() })
                .await?;

        let calendars = Calendars::new(&config.calendars, config.keys.as_ref(), &database);
        let directories = Directories::new(&config, &database);
        let lifecycle = Lifecycle::default();
        let state = AppState {
            database: database.clone(),
            authenticator: Arc::new(Authenticator::new(config.jwt.as_ref(), config.session_cache)),
            limiter: Arc::new(Limiter::new(config.limits.rates)),
            proxies: Arc::new(config.limits.proxies.clone()),
            trusted_keys: Arc::new(config.limits.trusted_keys.clone()),
            captcha: config.captcha.clone().map(Arc::new),
            lifecycle: lifecycle.clone(),
            calendars: calendars.clone(),
            directories: directories.clone(),
            keys: config.keys.clone(),
            telemetry: telemetry.clone(),
            health: health.clone(),
        };
        let router = router(state, &config.http);
        Ok(Self {
            listener,
            address,
            config,
            router,
            internal,
            sampling,
            telemetry,
            database,
            calendars,
            directories,
            lifecycle,
        })
    }

    /// Where it listens; with port 0 configured, the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where metrics are, if anywhere.
    pub fn internal_address(&self) -> Option<SocketAddr> {
        self.internal.as_ref().map(|internal| internal.address)
    }

    /// Serves until `stop` ends. Then says so at `/readyz` and goes on for the configured delay, takes no new connections,
    /// finishes what is in progress for at most the configured time, and returns. Work that waits is claimed no more from
    /// the beginning of this.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let (closing, closed) = watch::channel(false);
        let on_stop = |mut stopped: watch::Receiver<bool>| async move {
            // An error means that the sender is gone, which also means to stop.
            let _ = stopped.wait_for(|stopping| *stopping).await;
        };
        let worker = async {
            if self.config.workers == Switch::On {
                let workers = Workers { database: &self.database, config: &self.config, telemetry: &self.telemetry };
                workers.run(self.calendars.as_ref(), self.directories.as_ref(), stopped.clone()).await;
            }
        };
        let HttpConfig { connections, connections_per_address, shutdown_timeout, .. } = self.config.http;
        let proxies = Arc::new(self.config.limits.proxies.clone());
        let bounds = Connections::new(connections, connections_per_address, proxies);
        let http = async {
            if self.config.serve_http == Switch::On {
                let (lifecycle, closed) = (self.lifecycle.clone(), on_stop(closed.clone()));
                serve(self.listener, self.router, bounds, lifecycle, closed, shutdown_timeout).await;
            }
        };
        let operators = async {
            if let Some(Internal { listener, router, .. }) = self.internal {
                let bounds = Connections::new(OPERATORS, OPERATORS, Arc::default());
                let (lifecycle, closed) = (self.lifecycle.clone(), on_stop(closed.clone()));
                serve(listener, router, bounds, lifecycle, closed, shutdown_timeout).await;
            }
        };
        let sampling = async {
            if let Some(sampler) = &self.sampling {
                sampler.run(on_stop(stopped.clone())).await;
            }
        };
        let replica = self.database.watch_replica(on_stop(closed.clone()));
        let signal = async {
            stop.await;
            self.lifecycle.stop();
            tracing::info!("stopping");
            let _ = stopping.send(true);
            if self.config.serve_http == Switch::On {
                // Whoever sends requests here looks at /readyz now and then, and finds another meanwhile.
                tokio::time::sleep(self.config.http.shutdown_delay).await;
            }
            let _ = closing.send(true);
        };
        tokio::join!(signal, worker, http, operators, sampling, replica);
        // It blocks, and what it waits for needs this thread.
        let telemetry = self.telemetry;
        let _ = tokio::task::spawn_blocking(move || telemetry.shut_down()).await;
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let fault = |cause| StartError::Listen { address, cause };
    let listener = TcpListener::bind(address).await.map_err(fault)?;
    let address = listener.local_addr().map_err(fault)?;
    Ok((listener, address))
}

/// Binds the address for operators. The default one may be taken, so that a second instance can start on a machine; one
/// that was set must be free.
async fn internal(config: &InternalConfig, state: InternalState) -> Result<Option<Internal>, StartError> {
    let Some(listen) = config.listen else { return Ok(None) };
    match bind(listen).await {
        Ok((listener, address)) => Ok(Some(Internal { listener, address, router: internal_router(state) })),
        Err(error) if !config.is_chosen => {
            tracing::warn!(cause = %error, "no metrics are served: set CONVENE_INTERNAL_LISTEN to another address");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
