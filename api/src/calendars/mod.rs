//! Connected calendars: what the service does with them on the database's behalf.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`tokens`] | opens, refreshes and seals tokens; one refresh at a time |
//! | [`connect`] | sends users to a provider, and takes them back |
//! | [`busy`] | reads busy time: when it is due, and before a booking |
//! | [`push`] | has providers push when something changes |
//! | [`writeback`] | makes events what bookings say they should be |
//!
//! No rule is here: what is due, what is owed and what is known is for the database to say.

pub mod busy;
pub mod connect;
pub mod push;
pub mod tokens;
pub mod writeback;

use std::sync::Arc;

use uuid::Uuid;

use crate::calendar::{CallError, CallErrorKind, Client, Clients, Provider};
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
#[derive(Debug)]
pub enum CalendarError {
    Database(ApiError),
    Provider(CallError),
    /// Its user disconnected it.
    Disconnected,
    /// Its user must connect it again, and has been told.
    NeedsReconnect,
    /// No client is configured for its provider any more.
    NotConfigured,
    Sealed(SealError),
}

impl Calendars {
    /// `None` where no provider is configured, or nothing to seal tokens with.
    pub fn new(config: &CalendarConfig, keys: Option<&KeyRing>, database: &Database) -> Option<Self> {
        let clients = Clients::new(config);
        Provider::ALL.into_iter().find_map(|provider| clients.of(provider))?;
        let (keys, database, public_url) = (keys?.clone(), database.clone(), config.public_url.clone());
        Some(Self(Arc::new(Parts { database, keys, clients, public_url })))
    }

    fn database(&self) -> &Database {
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

    /// In a word, for rows and logs; nothing personal.
    pub fn word(&self) -> String {
        match self {
            Self::Database(error) => error.code(),
            Self::Provider(error) => error.code.clone(),
            Self::Disconnected => "disconnected".to_owned(),
            Self::NeedsReconnect => "needs reconnect".to_owned(),
            Self::NotConfigured => "the provider is not configured".to_owned(),
            Self::Sealed(error) => error.to_string(),
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

    fn is(&self, wanted: &CallErrorKind) -> bool {
        matches!(self, Self::Provider(error) if error.kind == *wanted)
    }
}

impl From<ApiError> for CalendarError {
    fn from(error: ApiError) -> Self {
        Self::Database(error)
    }
}

impl From<CallError> for CalendarError {
    fn from(error: CallError) -> Self {
        Self::Provider(error)
    }
}

impl From<SealError> for CalendarError {
    fn from(error: SealError) -> Self {
        Self::Sealed(error)
    }
}
