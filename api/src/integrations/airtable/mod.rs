//! Airtable as an organization's directory of people: what handlers do with it, and what the worker needs of it
//! (`work/airtable`).
//!
//! | module | what it does |
//! | --- | --- |
//! | [`sources`] | connecting, disconnecting; secrets |
//! | [`push`] | what is pushed to us, and who may |
//! | [`phones`] | phone numbers, which are sealed |
//!
//! What a record means is for `convene_rules::airtable` to say, inside the database. Of payloads only the ids count that
//! they name: those records are asked for, by the names of their fields, and so are never older than what is known.

pub mod phones;
pub mod push;
pub mod sources;

use std::sync::Arc;

use convene_providers::CallError;
use convene_providers::airtable::Client;
use serde_json::Value;
use uuid::Uuid;

use crate::config::Config;
use crate::database::{Database, row};
use crate::error::{ApiError, Fault};
use crate::seal::{KeyRing, SealError};

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
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error(transparent)]
    Database(#[from] ApiError),
    #[error(transparent)]
    Airtable(#[from] CallError),
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error("its claim was lost, or it was disconnected")]
    Lost,
}

impl Directories {
    /// `None` where there is nothing to seal secrets with.
    pub fn new(config: &Config, database: &Database) -> Option<Self> {
        let (keys, url) = (config.keys.clone()?, config.airtable_url.clone()?);
        let public_url = config.calendars.public_url.clone();
        Some(Self(Arc::new(Parts { database: database.clone(), keys, client: Client::new(url), public_url })))
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Where Airtable is to ping a source's service.
    pub(crate) fn ping_url(&self, source_id: Uuid) -> Option<String> {
        self.0.public_url.as_ref().map(|url| format!("{}/v1/webhooks/airtable/{source_id}", url.trim_end_matches('/')))
    }
}

/// Whoever asks for a directory where nothing can be sealed.
pub fn not_configured() -> ApiError {
    Fault::NotConfigured { problem: "secrets cannot be kept: CONVENE_KEYS is not set" }.into()
}

impl SourceError {
    /// A short code for rows and logs; nothing personal.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Database(error) => error.code(),
            Self::Airtable(error) => error.code.clone(),
            Self::Sealed(error) => error.to_string(),
            Self::Lost => "lost".to_owned(),
        }
    }
}

/// Postgres cannot store the character NUL.
fn storable(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => text.replace('\0', "\u{FFFD}").into(),
        Value::Array(items) => items.into_iter().map(storable).collect(),
        Value::Object(fields) => {
            let storable_field = |(name, value): (String, Value)| (name.replace('\0', "\u{FFFD}"), storable(value));
            fields.into_iter().map(storable_field).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_nul_is_replaced_wherever_it_is() {
        let stored = storable(serde_json::json!({ "Name\0": ["a\0", { "b": "\0" }, 1] }));
        assert_eq!(stored, serde_json::json!({ "Name\u{FFFD}": ["a\u{FFFD}", { "b": "\u{FFFD}" }, 1] }));
    }
}
