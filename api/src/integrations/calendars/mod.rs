//! Connected calendars: what both handlers and workers do with them.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`tokens`] | opens, refreshes and seals tokens; one refresh at a time |
//! | [`connect`] | sends users to a provider, and takes them back |
//! | [`busy`] | reads busy time: before a booking, and for the workers |
//! | [`push`] | has providers push when something changes |
//!
//! What is done with them in the background is in `work/calendars`. No rule is here: what is due and what is known is
//! for the database to say.

pub mod busy;
pub mod connect;
pub mod push;
pub mod tokens;

use std::sync::Arc;

use convene_providers::calendar::{Client, Clients, Provider};
use convene_providers::{CallError, CallErrorKind};
use uuid::Uuid;

use crate::claims::Item;
use crate::config::CalendarConfig;
use crate::database::{Database, row};
use crate::error::{ApiError, Rejection};
use crate::seal::{KeyRing, SealError};

row! {
    /// A connected account.
    #[derive(Clone, Copy)]
    pub struct Account {
        org_id: i32,
        connection_id: Uuid,
    }
}

impl Account {
    /// What work on it is known by.
    pub(crate) fn key(self) -> (i32, Uuid) {
        (self.org_id, self.connection_id)
    }

    /// The account that a piece of work is about.
    pub(crate) fn of(item: &Item) -> Self {
        Self { org_id: item.org_id, connection_id: item.subject_id }
    }
}

/// What the work on calendars needs. Cheap to clone.
#[derive(Clone)]
pub struct Calendars(Arc<Parts>);

struct Parts {
    database: Database,
    keys: KeyRing,
    clients: Clients,
    public_url: Option<String>,
}

/// Why something with a calendar did not work.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    #[error(transparent)]
    Database(#[from] ApiError),
    #[error(transparent)]
    Provider(#[from] CallError),
    /// Its user disconnected it.
    #[error("disconnected")]
    Disconnected,
    /// Its user must connect it again, and has been told.
    #[error("needs reconnect")]
    NeedsReconnect,
    /// No client is configured for its provider any more.
    #[error("the provider is not configured")]
    NotConfigured,
    #[error(transparent)]
    Sealed(#[from] SealError),
}

impl Calendars {
    /// `None` where no provider is configured, or nothing to seal tokens with.
    pub fn new(config: &CalendarConfig, keys: Option<&KeyRing>, database: &Database) -> Option<Self> {
        let clients = Clients::new(config.google.clone(), config.microsoft.clone());
        Provider::ALL.into_iter().find_map(|provider| clients.of(provider))?;
        let (keys, database, public_url) = (keys?.clone(), database.clone(), config.public_url.clone());
        Some(Self(Arc::new(Parts { database, keys, clients, public_url })))
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    fn client(&self, provider: Provider) -> Option<&Client> {
        self.0.clients.of(provider)
    }

    /// The client of a provider; refuses with `CALENDAR_NOT_CONFIGURED`.
    fn configured(&self, provider: Provider) -> Result<&Client, ApiError> {
        self.client(provider).ok_or_else(|| Rejection::CalendarNotConfigured.into())
    }
}

impl CalendarError {
    /// It did not answer in time.
    fn slow() -> Self {
        let (code, message) = ("timeout".to_owned(), "no answer in time".to_owned());
        Self::Provider(CallError { kind: CallErrorKind::Retry { after: None }, code, message })
    }

    /// A short code for rows and logs; nothing personal.
    pub fn code(&self) -> String {
        match self {
            Self::Database(error) => error.code(),
            Self::Provider(error) => error.code.clone(),
            Self::Disconnected | Self::NeedsReconnect | Self::NotConfigured | Self::Sealed(_) => self.to_string(),
        }
    }

    /// How long the provider asked to wait.
    pub fn retry_after(&self) -> Option<f64> {
        match self {
            Self::Provider(CallError { kind: CallErrorKind::Retry { after }, .. }) => {
                after.map(|wait| wait.as_secs_f64())
            }
            _ => None,
        }
    }

    pub(crate) fn is(&self, wanted: &CallErrorKind) -> bool {
        matches!(self, Self::Provider(error) if error.kind == *wanted)
    }
}
