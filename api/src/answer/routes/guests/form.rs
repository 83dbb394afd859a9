//! What is said of a guest who is booked, and how it goes to the database.

use convene_rules::guest::Guest;
use convene_rules::question::Questions;
use convene_rules::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::view::broken;
use crate::answer::extract::EmailAddress;
use crate::answer::routes::words::TimeZone;
use crate::error::ApiError;
use crate::seal::{KeyRing, SealedGuest, seal_guest};

/// Who comes.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestForm {
    #[schema(min_length = 1, max_length = 200, example = "Ada Lovelace")]
    name: String,
    #[schema(value_type = EmailAddress)]
    email: String,
    #[schema(max_length = 200, example = "Analytical Engines")]
    company: Option<String>,
    /// At least three digits.
    #[schema(max_length = 50, example = "+43 1 234 567")]
    phone: Option<String>,
    /// What they want.
    #[schema(max_length = 5000, example = "How do we begin?")]
    inquiry: Option<String>,
}

/// A booking of an event type for a guest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestBooking {
    /// One of the free times.
    pub start_time: Timestamp,
    /// One of the event type's lengths, in minutes; the first unless given.
    #[schema(minimum = 5, maximum = 1440, example = 30)]
    pub duration: Option<i32>,
    pub guest: GuestForm,
    /// To the event type's questions, by their keys.
    #[serde(default)]
    #[schema(value_type = Object, default = json!({}))]
    pub answers: Map<String, Value>,
    /// In which messages to the guest show times; UTC unless given.
    #[schema(value_type = Option<TimeZone>)]
    pub time_zone: Option<String>,
}

/// A booking of a hold for a guest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBooking {
    /// What holding the time gave.
    #[schema(example = "cvt_…")]
    pub token: String,
    pub guest: GuestForm,
    /// To the event type's questions, by their keys.
    #[serde(default)]
    #[schema(value_type = Object, default = json!({}))]
    pub answers: Map<String, Value>,
    /// In which messages to the guest show times; UTC unless given.
    #[schema(value_type = Option<TimeZone>)]
    pub time_zone: Option<String>,
}

/// A guest as they go to the database.
pub struct Prepared {
    pub sealed: SealedGuest,
    pub answers: Value,
}

/// Checks and seals a guest. Refuses, by the rules, what is wrong with them as `guest.name` and so on, and with the answers
/// as `answers.KEY`.
pub fn prepare(
    keys: &KeyRing,
    org_id: i32,
    questions: &Value,
    form: &GuestForm,
    answers: Map<String, Value>,
) -> Result<Prepared, ApiError> {
    let form = serde_json::to_value(form).map_err(|error| ApiError::internal(error.to_string()))?;
    let of_guest = |refusal: Refusal| refusal.renamed(|field| format!("guest.{field}"));
    let guest = Guest::parse(&form).map_err(of_guest)?;
    let answers = Value::Object(answers);
    // The database checks them once more, as they are sent: questions may change meanwhile.
    let kept = Questions::parse(questions)?.check(&answers)?;
    let sealed = seal_guest(keys, org_id, &Guest { answers: kept, ..guest }).map_err(broken)?;
    Ok(Prepared { sealed, answers })
}
