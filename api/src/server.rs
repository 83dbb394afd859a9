//! The running service.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::auth::Authenticator;
use crate::config::{Config, ConfigFaults, Switch};
use crate::database::Database;
use crate::http::serve;
use crate::rate_limit::Limiter;
use crate::state::{AppState, Lifecycle};
use crate::{app, workers};

/// A service that has its address and is not yet serving.
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
    database: Database,
    lifecycle: Lifecycle,
}

/// Why the service cannot start.
#[derive(Debug)]
pub enum StartError {
    Config(ConfigFaults),
    /// The address is taken, or not this machine's.
    Listen {
        address: SocketAddr,
        cause: std::io::Error,
    },
    Pool(deadpool_postgres::BuildError),
}

impl Server {
    /// Takes the address. The database is not asked yet: it may come up later, and `/readyz` says so until then.
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let url = config.require_database().map_err(StartError::Config)?;
        let database = Database::new(url, &config.pool).map_err(StartError::Pool)?;
        let listen = config.http.listen;
        let listen_fault = |cause| StartError::Listen { address: listen, cause };
        let listener = TcpListener::bind(listen).await.map_err(listen_fault)?;
        let address = listener.local_addr().map_err(listen_fault)?;

        let lifecycle = Lifecycle::default();
        let state = AppState {
            database: database.clone(),
            authenticator: Arc::new(Authenticator::new(config.jwt.as_ref(), config.session_cache)),
            limiter: Arc::new(Limiter::new(config.limits.rates)),
            proxies: Arc::new(config.limits.proxies.clone()),
            trusted_keys: Arc::new(config.limits.trusted_keys.clone()),
            lifecycle: lifecycle.clone(),
            keys: config.keys.clone(),
        };
        let router = app::router(state, &config.http);
        Ok(Self { listener, address, config, router, database, lifecycle })
    }

    /// Where it listens; with port 0 configured, the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` ends. Then takes no new connections, finishes what is in progress for at most the
    /// configured time, and returns.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let on_stop = |mut stopped: watch::Receiver<bool>| async move {
            // An error is a sender that is gone: the same.
            let _ = stopped.wait_for(|stopping| *stopping).await;
        };
        let worker = async {
            if self.config.workers == Switch::On {
                workers::dispatch_events(&self.database, on_stop(stopped.clone())).await;
            }
        };
        let http = async {
            if self.config.serve_http == Switch::On {
                serve(self.listener, self.router, on_stop(stopped.clone()), self.config.http.shutdown_timeout).await;
            }
        };
        let signal = async {
            stop.await;
            self.lifecycle.stop();
            tracing::info!("stopping");
            let _ = stopping.send(true);
        };
        tokio::join!(signal, worker, http);
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config(faults) => faults.fmt(f),
            Self::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Self::Pool(error) => write!(f, "cannot make a connection pool: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
