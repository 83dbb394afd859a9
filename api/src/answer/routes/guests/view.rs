//! What is known of a guest, for those who may know it.

use convene_rules::guest::Guest;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::row;
use crate::error::{ApiError, Fault};
use crate::seal::{KeyRing, SealError, open_guest};

row! {
    /// A guest as the database keeps them; nothing is sealed of one who was erased.
    #[derive(Debug)]
    pub struct SealedRow {
        id: Uuid,
        org_id: i32,
        booking_id: Uuid,
        key_id: Option<String>,
        contact: Option<Vec<u8>>,
        email_index: Option<Vec<u8>>,
        time_zone: String,
        created_at: Timestamp,
        erased_at: Option<Timestamp>,
    }
}

/// Somebody who was booked without an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuestView {
    id: Uuid,
    booking_id: Uuid,
    /// Null, as everything about them, once they were erased.
    name: Option<String>,
    email: Option<String>,
    company: Option<String>,
    phone: Option<String>,
    inquiry: Option<String>,
    /// To the event type's questions, by their keys.
    #[schema(value_type = Object)]
    answers: Value,
    time_zone: String,
    created_at: Timestamp,
    erased_at: Option<Timestamp>,
}

impl SealedRow {
    /// What is known of the guest; `None` once they were erased.
    pub fn open(&self, keys: &KeyRing) -> Result<Option<Guest>, ApiError> {
        let Self { key_id: Some(key_id), contact: Some(contact), email_index: Some(index), .. } = self else {
            return Ok(None);
        };
        open_guest(keys, self.org_id, key_id, contact, index).map(Some).map_err(broken)
    }
}

impl GuestView {
    pub fn of(row: SealedRow, keys: &KeyRing) -> Result<Self, ApiError> {
        let known = row.open(keys)?;
        let answers = known.as_ref().map(|guest| Value::Object(guest.answers.clone()));
        let (name, email, company, phone, inquiry) = match known {
            Some(guest) => (Some(guest.name), Some(guest.email), guest.company, guest.phone, guest.inquiry),
            None => (None, None, None, None, None),
        };
        Ok(Self {
            id: row.id,
            booking_id: row.booking_id,
            name,
            email,
            company,
            phone,
            inquiry,
            answers: answers.unwrap_or_else(|| serde_json::json!({})),
            time_zone: row.time_zone,
            created_at: row.created_at,
            erased_at: row.erased_at,
        })
    }
}

/// There are no keys.
pub fn not_configured() -> ApiError {
    Fault::NotConfigured { problem: "guests cannot be booked: CONVENE_KEYS is not set" }.into()
}

/// Something cannot be sealed or opened.
pub fn broken(error: SealError) -> ApiError {
    ApiError::internal(error.to_string())
}
