//! What callers pass. Every argument may be NULL in SQL: a NULL where a value is needed is refused by name.

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

pub fn id(value: Option<pgrx::Uuid>, name: &str) -> Outcome<Uuid> {
    Ok(uuid(required(value, name)?))
}

/// A finite instant.
pub fn time(value: Option<TimestampWithTimeZone>, name: &str) -> Outcome<Timestamp> {
    finite_timestamp(required(value, name)?).ok_or_else(|| Refusal::invalid(name, "must be a finite time").into())
}

/// A finite date.
pub fn date(value: Option<pgrx::datum::Date>, name: &str) -> Outcome<Date> {
    finite_date(required(value, name)?).ok_or_else(|| Refusal::invalid(name, "must be a finite date").into())
}
