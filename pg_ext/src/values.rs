//! Conversions between what Postgres passes and what the rules speak. Times are microseconds in both.

use jiff::Timestamp;
use jiff::civil::Date;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};

/// Seconds from 1970 to 2000, where Postgres counts from.
const POSTGRES_EPOCH_SECONDS: i64 = 946_684_800;
/// Days from 1970 to 2000.
const POSTGRES_EPOCH_DAYS: i64 = 10_957;

pub fn uuid(id: pgrx::Uuid) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

pub fn pg_uuid(id: Uuid) -> pgrx::Uuid {
    pgrx::Uuid::from_bytes(*id.as_bytes())
}

pub fn pg_uuids(ids: &[Uuid]) -> Vec<pgrx::Uuid> {
    ids.iter().copied().map(pg_uuid).collect()
}

/// The instant, or `None` for an infinite one or one outside the years -9999 to 9999.
pub fn finite_timestamp(time: TimestampWithTimeZone) -> Option<Timestamp> {
    let micros = time.into_inner();
    if micros == i64::MIN || micros == i64::MAX {
        return None;
    }
    Timestamp::from_microsecond(micros.checked_add(POSTGRES_EPOCH_SECONDS * 1_000_000)?).ok()
}

pub fn pg_timestamp(time: Timestamp) -> Outcome<TimestampWithTimeZone> {
    (time.as_microsecond() - POSTGRES_EPOCH_SECONDS * 1_000_000)
        .try_into()
        .map_err(|_| Failure::Corrupt(format!("{time} is out of Postgres's range")))
}

/// The date, or `None` for an infinite one or one outside the years -9999 to 9999.
pub fn finite_date(date: pgrx::datum::Date) -> Option<Date> {
    if !date.is_finite() {
        return None;
    }
    let days = i64::from(date.to_pg_epoch_days()) + POSTGRES_EPOCH_DAYS;
    Date::new(1970, 1, 1).ok()?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

pub fn pg_date(date: Date) -> Outcome<pgrx::datum::Date> {
    let out_of_range = |_| Failure::Corrupt(format!("{date} is out of Postgres's range"));
    pgrx::datum::Date::new(
        date.year().into(),
        u8::try_from(date.month()).unwrap_or_default(),
        u8::try_from(date.day()).unwrap_or_default(),
    )
    .map_err(out_of_range)
}
