//! What callers pass. Every argument may be NULL in SQL: a NULL where a value is needed is refused by name.

use convene_rules::eligibility::Freshness;
use convene_rules::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::{finite_date, finite_timestamp, uuid};

/// The value of an argument that must be there.
pub fn required<T>(value: Option<T>, name: &str) -> Outcome<T> {
    value.ok_or_else(|| Refusal::invalid(name, "must not be NULL").into())
}

/// The texts of an array, none of them NULL.
pub fn texts(value: Option<Vec<Option<String>>>, name: &str) -> Outcome<Vec<String>> {
    required(value, name)?.into_iter().map(|text| required(text, name)).collect()
}

pub fn id(value: Option<pgrx::Uuid>, name: &str) -> Outcome<Uuid> {
    Ok(uuid(required(value, name)?))
}

/// Whether a decision may rest on calendars that were read some time ago. Only the service, which can read them, says
/// no.
pub fn freshness(accept_stale: Option<bool>) -> Outcome<Freshness> {
    Ok(if required(accept_stale, "accept_stale")? { Freshness::AsKnown } else { Freshness::Required })
}

/// A finite instant.
pub fn time(value: Option<TimestampWithTimeZone>, name: &str) -> Outcome<Timestamp> {
    finite_timestamp(required(value, name)?).ok_or_else(|| Refusal::invalid(name, "must be a finite time").into())
}

/// A date that Postgres and the rules count alike.
pub fn date(value: Option<pgrx::datum::Date>, name: &str) -> Outcome<Date> {
    let days = jiff::civil::date(1970, 1, 1)..=jiff::civil::date(9998, 12, 31);
    finite_date(required(value, name)?)
        .filter(|date| days.contains(date))
        .ok_or_else(|| Refusal::invalid(name, "must be a date from 1970 to 9998").into())
}
