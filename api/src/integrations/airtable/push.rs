//! What comes from Airtable by itself: pings that something changed, and payloads that somebody's script pushes.
//! Whoever sends them must know the source's secret.

use convene_providers::airtable::is_table_id;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use super::Directories;
use super::sources::{Secrets, webhook_purpose};
use crate::database::{Scalar, row};
use crate::error::{ApiError, Rejection};

row! {
    struct Webhook {
        key_id: String,
        secret: Vec<u8>,
    }
}

row! {
    struct Pushed {
        org_id: i32,
        id: Uuid,
        table_name: String,
        key_id: String,
        secrets: Vec<u8>,
    }
}

/// A record that is pushed.
pub struct Change {
    pub record_id: String,
    pub table: String,
    /// `None`: it is gone.
    pub fields: Option<Value>,
}

impl Directories {
    /// Takes a ping: its source is read at once. `mac` is `hmac-sha256=` and hex. Refuses with `INVALID_SIGNATURE`,
    /// also where there is no such source.
    pub async fn pinged(&self, source_id: Uuid, mac: &str, body: &[u8]) -> Result<(), ApiError> {
        let webhook = self.database().first("SELECT * FROM convene.airtable_webhook($1)", &[&source_id]).await?;
        let Webhook { key_id, secret } = webhook.ok_or(Rejection::InvalidSignature)?;
        let secret = self.keys().open(&webhook_purpose(source_id), &key_id, &secret);
        let secret = secret.map_err(|error| ApiError::internal(error.to_string()))?;
        let mac = mac.strip_prefix("hmac-sha256=").ok_or(Rejection::InvalidSignature)?;
        if !is_signed(&secret, body, mac) {
            return Err(Rejection::InvalidSignature.into());
        }
        self.database().run("SELECT convene.airtable_changed($1)", &[&source_id]).await
    }

    /// Takes changes to a base that somebody pushes, as of an instant. `signature` is hex of HMAC-SHA-256 over the body
    /// with a source's shared secret. Returns how many counted: changes of other tables and those older than what is
    /// known do not. Refuses with `INVALID_SIGNATURE`, also where there is no such source.
    pub async fn pushed(
        &self,
        (signature, body): (&str, &[u8]),
        base_id: &str,
        timestamp: Timestamp,
        changes: Vec<Change>,
    ) -> Result<i32, ApiError> {
        let sql = "SELECT * FROM convene.airtable_push_sources($1)";
        let sources: Vec<Pushed> = self.database().all(sql, &[&base_id]).await?;
        let source = sources.into_iter().find(|source| self.is_signed_for(source, signature, body));
        let Pushed { org_id, id, table_name, .. } = source.ok_or(Rejection::InvalidSignature)?;
        let is_ours = |change: &Change| is_table_id(&table_name) || change.table == table_name;
        let described = |change: Change| self.described(org_id, &change.record_id, change.fields);
        let records: Result<Value, _> = changes.into_iter().filter(is_ours).map(described).collect();
        let records = records.map_err(|error| ApiError::internal(error.to_string()))?;
        let sql = "SELECT convene.apply_airtable_push($1, $2, $3, $4)";
        let Scalar(counted) = self.database().one(sql, &[&org_id, &id, &timestamp, &records]).await?;
        Ok(counted)
    }

    fn is_signed_for(&self, source: &Pushed, signature: &str, body: &[u8]) -> bool {
        match Secrets::open(self.keys(), source.id, &source.key_id, &source.secrets) {
            Ok(secrets) => is_signed(secrets.shared_secret.as_bytes(), body, signature),
            Err(error) => {
                tracing::warn!(source = %source.id, cause = %error, "cannot tell who pushes");
                false
            }
        }
    }
}

/// Whether the hexadecimal digits are the body's HMAC-SHA-256, compared in constant time.
fn is_signed(secret: &[u8], body: &[u8], digits: &str) -> bool {
    let (Ok(mut mac), Ok(given)) = (Hmac::<Sha256>::new_from_slice(secret), hex::decode(digits)) else { return false };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the fact sheet on Airtable's webhooks.
    const SECRET: &[u8] = b"super duper secret";
    const BODY: &[u8] = br#"{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}"#;
    const MAC: &str = "26a5f8b7a527568ceada248cf2b0c2d7bc6c6e099016532131dc17421d5637fa";

    #[test]
    fn the_documented_ping_is_signed() {
        assert!(is_signed(SECRET, BODY, MAC));
    }

    #[test]
    fn nothing_else_is() {
        let changed = format!("{}b", &MAC[..63]);
        for mac in ["", "zz", &MAC[..62], &changed, "JqX4t6UnVozq2iSM8rDC17xsbgmQFlMhMdwXQh1WN/o="] {
            assert!(!is_signed(SECRET, BODY, mac), "{mac}");
        }
        assert!(!is_signed(b"another secret", BODY, MAC));
        assert!(!is_signed(SECRET, &BODY[1..], MAC));
    }
}
