//! Airtable as an organization's directory of people.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`client`] | Airtable's web API; no database |
//! | [`sources`] | connecting, disconnecting; secrets |
//! | [`sync`] | the worker: lists records, follows changes |
//! | [`webhook`] | has Airtable collect changes, and tell us that there are some |
//! | [`push`] | what is pushed to us, and who may |
//!
//! What a record means is for `convene_rules::airtable` to say, inside the database. Of payloads only the ids count that
//! they name: those records are asked for, by the names of their fields, and so are never older than what is known.

pub mod client;
pub mod push;
pub mod sources;
pub mod sync;
mod webhook;

use std::sync::Arc;

use uuid::Uuid;

use crate::calendar::CallError;
use crate::config::Config;
use crate::database::{Database, row};
use crate::error::{ApiError, Fault};
use crate::seal::{KeyRing, SealError};

use client::Client;

row! {
    /// An organization's source.
    #[derive(Debug, Clone, Copy)]
    pub struct Source {
        org_id: i32,
        id: Uuid,
    }
}

/// What the work on directories needs. Cheap to clone.
#[derive(Clone)]
pub struct Directories(Arc<Parts>);

struct Parts {
    database: Database,
    keys: KeyRing,
    client: Client,
    public_url: Option<String>,
}

/// Why something with a source did not work.
#[derive(Debug)]
pub enum SourceError {
    Database(ApiError),
    Airtable(CallError),
    Sealed(SealError),
    /// Its claim was lost, or it was disconnected.
    Lost,
}

impl Directories {
    /// `None` where there is nothing to seal secrets with.
    pub fn new(config: &Config, database: &Database) -> Option<Self> {
        let (keys, url) = (config.keys.clone()?, config.airtable_url.clone()?);
        let public_url = config.calendars.public_url.clone();
        Some(Self(Arc::new(Parts { database: database.clone(), keys, client: Client::new(url), public_url })))
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn client(&self) -> &Client {
        &self.0.client
    }

    /// Where Airtable is to ping a source's service.
    fn ping_url(&self, source_id: Uuid) -> Option<String> {
        self.0.public_url.as_ref().map(|url| format!("{}/v1/webhooks/airtable/{source_id}", url.trim_end_matches('/')))
    }
}

/// Whoever asks for a directory where nothing can be sealed.
pub fn not_configured() -> ApiError {
    Fault::NotConfigured { problem: "secrets cannot be kept: CONVENE_KEYS is not set" }.into()
}

impl SourceError {
    /// In a word, for rows and logs; nothing personal.
    fn word(&self) -> String {
        match self {
            Self::Database(error) => error.code(),
            Self::Airtable(error) => error.code.clone(),
            Self::Sealed(error) => error.to_string(),
            Self::Lost => "lost".to_owned(),
        }
    }
}

impl From<ApiError> for SourceError {
    fn from(error: ApiError) -> Self {
        Self::Database(error)
    }
}

impl From<CallError> for SourceError {
    fn from(error: CallError) -> Self {
        Self::Airtable(error)
    }
}

impl From<SealError> for SourceError {
    fn from(error: SealError) -> Self {
        Self::Sealed(error)
    }
}
