//! What handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::FromRef;
use convene_providers::captcha::Captcha;

use crate::answer::auth::Authenticator;
use crate::answer::health::HealthCheck;
use crate::answer::rate_limit::Limiter;
use crate::config::{Proxies, TrustedKeys};
use crate::database::Database;
use crate::integrations::airtable::Directories;
use crate::integrations::calendars::Calendars;
use crate::seal::KeyRing;
use crate::telemetry::Telemetry;

/// Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub database: Database,
    pub authenticator: Arc<Authenticator>,
    pub limiter: Arc<Limiter>,
    pub proxies: Arc<Proxies>,
    pub trusted_keys: Arc<TrustedKeys>,
    /// `None`: no captcha is required.
    pub captcha: Option<Arc<Captcha>>,
    pub lifecycle: Lifecycle,
    pub telemetry: Telemetry,
    pub health: HealthCheck,
    /// `None`: no calendar provider is set up.
    pub calendars: Option<Calendars>,
    /// `None`: nothing can be sealed.
    pub directories: Option<Directories>,
    /// `None`: nothing can be sealed.
    pub keys: Option<KeyRing>,
}

/// Since when the service runs, and whether it still takes new work.
#[derive(Clone)]
pub struct Lifecycle {
    started: Instant,
    is_stopping: Arc<AtomicBool>,
}

impl Default for Lifecycle {
    /// It starts now.
    fn default() -> Self {
        Self { started: Instant::now(), is_stopping: Arc::default() }
    }
}

impl Lifecycle {
    /// From now on `/readyz` says no.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl FromRef<AppState> for Database {
    fn from_ref(state: &AppState) -> Self {
        state.database.clone()
    }
}

impl FromRef<AppState> for HealthCheck {
    fn from_ref(state: &AppState) -> Self {
        state.health.clone()
    }
}

impl FromRef<AppState> for Lifecycle {
    fn from_ref(state: &AppState) -> Self {
        state.lifecycle.clone()
    }
}

impl FromRef<AppState> for Arc<Authenticator> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.authenticator)
    }
}

impl FromRef<AppState> for Option<Calendars> {
    fn from_ref(state: &AppState) -> Self {
        state.calendars.clone()
    }
}

impl FromRef<AppState> for Option<Directories> {
    fn from_ref(state: &AppState) -> Self {
        state.directories.clone()
    }
}

impl FromRef<AppState> for Option<Arc<Captcha>> {
    fn from_ref(state: &AppState) -> Self {
        state.captcha.clone()
    }
}

impl FromRef<AppState> for Option<KeyRing> {
    fn from_ref(state: &AppState) -> Self {
        state.keys.clone()
    }
}
