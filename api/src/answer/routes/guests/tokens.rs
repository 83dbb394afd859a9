//! Tokens by which guests act. They are derived from the request that they answer, so that the same request, sent again
//! under its idempotency key, gives the same tokens; the database keeps hashes only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use convene_rules::token::Purpose;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::broken;
use crate::error::ApiError;
use crate::opaque_token::{ACTION_TOKEN_PREFIX, TokenHash, hash};
use crate::seal::KeyRing;

/// What a guest may do, and with which token. They are shown here and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionTokens {
    /// To look at the booking; until 30 days after the meeting.
    #[schema(example = "cvt_…")]
    view: String,
    /// To cancel it.
    #[schema(example = "cvt_…")]
    cancel: String,
    /// To move it.
    #[schema(example = "cvt_…")]
    reschedule: String,
    /// To get one's own data and have them erased; until 30 days after the meeting.
    #[schema(example = "cvt_…")]
    erase: String,
}

impl ActionTokens {
    /// Those of a request, which `asked` identifies.
    pub fn of(keys: &KeyRing, asked: &[&str]) -> Result<Self, ApiError> {
        Ok(Self {
            view: derive(keys, Purpose::View, asked)?,
            cancel: derive(keys, Purpose::Cancel, asked)?,
            reschedule: derive(keys, Purpose::Reschedule, asked)?,
            erase: derive(keys, Purpose::Erase, asked)?,
        })
    }

    /// As the database takes them.
    pub fn hashes(&self) -> Value {
        let pairs = [
            (Purpose::View, &self.view),
            (Purpose::Cancel, &self.cancel),
            (Purpose::Reschedule, &self.reschedule),
            (Purpose::Erase, &self.erase),
        ];
        let hex = |token: &String| hash(token).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Value::Object(
            pairs.into_iter().map(|(purpose, token)| (purpose.to_string(), hex(token).into())).collect::<Map<_, _>>(),
        )
    }
}

/// The token of a hold.
pub fn hold_token(keys: &KeyRing, asked: &[&str]) -> Result<String, ApiError> {
    derive(keys, Purpose::Finalize, asked)
}

/// What the database knows a token by.
pub fn token_hash(token: &str) -> TokenHash {
    hash(token)
}

fn derive(keys: &KeyRing, purpose: Purpose, asked: &[&str]) -> Result<String, ApiError> {
    let secret = keys.hash(&format!("booking_action_tokens: {purpose}"), asked).map_err(broken)?;
    Ok(format!("{ACTION_TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(secret)))
}
