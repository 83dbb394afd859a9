//! Phone numbers: they are sealed before a record goes to the database, which never sees one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use convene_rules::airtable::{PHONE, Said, phone};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Directories, storable};
use crate::database::row;
use crate::error::ApiError;
use crate::seal::SealError;

row! {
    struct SealedPhone {
        org_id: i32,
        record_id: String,
        key_id: String,
        phone: Vec<u8>,
    }
}

/// What a phone is sealed for: it opens for no other record.
fn purpose(org_id: i32, record_id: &str) -> String {
    format!("user_phones: {org_id}/{record_id}")
}

impl Directories {
    /// A record as the database takes it, without `fields` where it is gone. `phone` is the sealed one, null where there is
    /// none, and true where the field cannot be used.
    pub(crate) fn described(&self, org_id: i32, record_id: &str, fields: Option<Value>) -> Result<Value, SealError> {
        let mut record = json!({ "id": record_id });
        let Some(mut fields) = fields else { return Ok(storable(record)) };
        record["phone"] = match phone(&fields) {
            Said::Text(phone) => {
                let sealed = self.keys().seal(&purpose(org_id, record_id), phone.as_bytes())?;
                json!({ "key_id": sealed.key_id, "sealed": STANDARD.encode(sealed.bytes) })
            }
            Said::Nothing => Value::Null,
            Said::Unclear => json!(true),
        };
        if let Some(fields) = fields.as_object_mut() {
            fields.remove(PHONE);
        }
        record["fields"] = fields;
        Ok(storable(record))
    }

    /// A user's phone; `None` where none is known. Refuses as `convene.user_phone` does.
    pub async fn phone(&self, actor: Uuid, user_id: Uuid) -> Result<Option<String>, ApiError> {
        let sealed = self.database().first("SELECT * FROM convene.user_phone($1, $2)", &[&user_id, &actor]).await?;
        let Some(SealedPhone { org_id, record_id, key_id, phone }) = sealed else { return Ok(None) };
        let opened = self.keys().open(&purpose(org_id, &record_id), &key_id, &phone);
        let opened = opened.map_err(|error| ApiError::internal(error.to_string()))?;
        Ok(Some(String::from_utf8_lossy(&opened).into_owned()))
    }
}
