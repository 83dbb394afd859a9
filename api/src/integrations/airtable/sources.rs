//! Connecting a table in Airtable, and letting it go.

use convene_providers::airtable::Base;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Directories, SourceError};
use crate::database::row;
use crate::error::ApiError;
use crate::opaque_token::generate;
use crate::seal::{KeyRing, SealError, Sealed};

/// What pushed payloads are signed with begins so.
const SHARED_SECRET_PREFIX: &str = "cva_";

/// What is sealed of a source.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    pub access_token: String,
    pub shared_secret: String,
}

row! {
    /// A webhook that nobody needs any more, and what opens the way to it.
    struct Unneeded {
        source_id: Uuid,
        base_id: String,
        key_id: String,
        secrets: Vec<u8>,
        webhook_id: String,
    }
}

/// What secrets are sealed for: they open for no other source.
fn purpose(source_id: Uuid) -> String {
    format!("airtable_sources: {source_id}")
}

/// What a webhook's secret is sealed for.
pub(crate) fn webhook_purpose(source_id: Uuid) -> String {
    format!("airtable_sources: {source_id}/webhook")
}

impl Secrets {
    fn seal(&self, keys: &KeyRing, source_id: Uuid) -> Result<Sealed, SealError> {
        let text = serde_json::to_vec(self).map_err(|_| SealError::Broken)?;
        keys.seal(&purpose(source_id), &text)
    }

    pub(crate) fn open(keys: &KeyRing, source_id: Uuid, key_id: &str, bytes: &[u8]) -> Result<Self, SealError> {
        let text = keys.open(&purpose(source_id), key_id, bytes)?;
        serde_json::from_slice(&text).map_err(|_| SealError::Broken)
    }
}

impl Directories {
    /// Makes a table the organization's directory. Returns the secret that payloads are to be signed with, which is not
    /// shown again. Whether the token is good turns out when the table is read.
    pub async fn connect(
        &self,
        actor: Uuid,
        base_id: &str,
        table: &str,
        access_token: String,
    ) -> Result<String, ApiError> {
        let internal = |problem: String| ApiError::internal(problem);
        let id = Uuid::new_v4();
        let shared_secret = generate(SHARED_SECRET_PREFIX).map_err(|error| internal(error.to_string()))?;
        let secrets = Secrets { access_token, shared_secret };
        let sealed = secrets.seal(self.keys(), id).map_err(|error| internal(error.to_string()))?;
        let sql = "SELECT * FROM convene.connect_airtable($1, $2, $3, $4, $5, $6)";
        let unneeded =
            self.database().first(sql, &[&actor, &id, &base_id, &table, &sealed.key_id, &sealed.bytes]).await?;
        self.remove(unneeded).await;
        Ok(secrets.shared_secret)
    }

    pub async fn disconnect(&self, actor: Uuid) -> Result<(), ApiError> {
        let unneeded = self.database().first("SELECT * FROM convene.disconnect_airtable($1)", &[&actor]).await?;
        self.remove(unneeded).await;
        Ok(())
    }

    /// Has Airtable end a webhook. What is removed here stays so whatever it says: webhooks end by themselves.
    async fn remove(&self, unneeded: Option<Unneeded>) {
        let Some(unneeded) = unneeded else { return };
        if let Err(error) = self.try_to_remove(&unneeded).await {
            tracing::warn!(source = %unneeded.source_id, cause = error.code(), "a webhook stays at Airtable for a week");
        }
    }

    async fn try_to_remove(&self, unneeded: &Unneeded) -> Result<(), SourceError> {
        let Unneeded { source_id, base_id, key_id, secrets, webhook_id } = unneeded;
        let secrets = Secrets::open(self.keys(), *source_id, key_id, secrets)?;
        let base = Base { id: base_id, token: &secrets.access_token };
        Ok(self.client().delete_webhook(base, webhook_id).await?)
    }
}
