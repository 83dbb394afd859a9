//! What a column can be read as, and what functions return it as.

use std::str::FromStr;

use convene_rules::matching::TagKind;
use convene_rules::meeting_type::MeetingType;
use convene_rules::participant::{Attendance, Part};
use convene_rules::recurrence::Recurrence;
use convene_rules::role::Role;
use convene_rules::state::Status;
use convene_rules::tier::{OverrideStatus, Tier};
use convene_rules::writeback;
use convene_rules::zone::{WallTime, Zone};
use jiff::Timestamp;
use jiff::civil::Date;
use pgrx::pg_sys::{self, Datum, Oid};
use pgrx::prelude::*;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::values::{finite_date, finite_timestamp, pg_date, pg_timestamp, pg_uuid, uuid};

/// In microseconds, as Postgres counts times of day.
const MINUTE: i64 = 60_000_000;

/// A type that one column holds.
pub trait Column: Sized {
    /// As pgrx knows it.
    type Datum: FromDatum + IntoDatum;

    fn from_datum(datum: Self::Datum) -> Outcome<Self>;
    fn into_datum(self) -> Outcome<Self::Datum>;

    /// Reads what Postgres holds.
    ///
    /// # Safety
    ///
    /// The datum is of a type that can be read as [`Self::Datum`].
    unsafe fn read(datum: Datum, type_oid: Oid) -> Outcome<Self> {
        // SAFETY: as the caller promises.
        let datum = unsafe { Self::Datum::from_polymorphic_datum(datum, false, type_oid) };
        datum.map_or_else(|| Err(Failure::Corrupt("a value cannot be read".to_owned())), Self::from_datum)
    }
}

/// A type of a record's field: a [`Column`], or an `Option` of one where NULL is allowed.
pub trait Value: Sized {
    /// As functions return it.
    type Returned;

    /// Whether columns of this type can be read.
    fn reads(type_oid: Oid) -> bool;

    /// `None` when it is NULL and must not be.
    ///
    /// # Safety
    ///
    /// [`Self::reads`] said yes to the type, and the datum, if any, is of it.
    unsafe fn read(datum: Option<Datum>, type_oid: Oid) -> Outcome<Option<Self>>;

    fn returned(self) -> Outcome<Self::Returned>;
}

impl<C: Column> Value for C {
    type Returned = C::Datum;

    fn reads(type_oid: Oid) -> bool {
        // SAFETY: it looks the types up in the catalogue.
        C::Datum::is_compatible_with(type_oid)
            || unsafe { pg_sys::IsBinaryCoercible(type_oid, <C::Datum as IntoDatum>::type_oid()) }
    }

    unsafe fn read(datum: Option<Datum>, type_oid: Oid) -> Outcome<Option<Self>> {
        // SAFETY: as the caller promises.
        datum.map(|datum| unsafe { C::read(datum, type_oid) }).transpose()
    }

    fn returned(self) -> Outcome<Self::Returned> {
        self.into_datum()
    }
}

impl<C: Column> Value for Option<C> {
    type Returned = Option<C::Datum>;

    fn reads(type_oid: Oid) -> bool {
        C::reads(type_oid)
    }

    unsafe fn read(datum: Option<Datum>, type_oid: Oid) -> Outcome<Option<Self>> {
        // SAFETY: as the caller promises.
        unsafe { <C as Value>::read(datum, type_oid) }.map(Some)
    }

    fn returned(self) -> Outcome<Self::Returned> {
        self.map(C::into_datum).transpose()
    }
}

/// Types that are the same on both sides.
macro_rules! same {
    ($($type:ty),*) => {
        $(impl Column for $type {
            type Datum = Self;

            fn from_datum(datum: Self) -> Outcome<Self> {
                Ok(datum)
            }

            fn into_datum(self) -> Outcome<Self> {
                Ok(self)
            }
        })*
    };
}

same!(bool, i16, i32, i64, f64, String, Vec<u8>);

impl Column for Uuid {
    type Datum = pgrx::Uuid;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        Ok(uuid(datum))
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        Ok(pg_uuid(self))
    }
}

impl Column for Timestamp {
    type Datum = TimestampWithTimeZone;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        finite_timestamp(datum).ok_or_else(|| Failure::Corrupt("an instant in a table is infinite".to_owned()))
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        pg_timestamp(self)
    }
}

impl Column for Date {
    type Datum = pgrx::datum::Date;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        finite_date(datum).ok_or_else(|| Failure::Corrupt("a date in a table is infinite".to_owned()))
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        pg_date(self)
    }
}

impl Column for WallTime {
    type Datum = Time;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        wall_time(datum.into_inner())
    }

    unsafe fn read(datum: Datum, _type_oid: Oid) -> Outcome<Self> {
        // pgrx would make 24:00 midnight.
        wall_time(datum.value() as i64)
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        (i64::from(self.minutes()) * MINUTE)
            .try_into()
            .map_err(|_| Failure::Corrupt(format!("{self} is no time of day")))
    }
}

impl Column for serde_json::Value {
    type Datum = pgrx::JsonB;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        Ok(datum.0)
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        Ok(pgrx::JsonB(self))
    }
}

impl<C: Column> Column for Vec<C>
where
    Vec<C::Datum>: FromDatum + IntoDatum,
{
    type Datum = Vec<C::Datum>;

    fn from_datum(datum: Self::Datum) -> Outcome<Self> {
        datum.into_iter().map(C::from_datum).collect()
    }

    fn into_datum(self) -> Outcome<Self::Datum> {
        self.into_iter().map(C::into_datum).collect()
    }
}

fn wall_time(microseconds: i64) -> Outcome<WallTime> {
    let minutes = if microseconds % MINUTE == 0 { i32::try_from(microseconds / MINUTE).ok() } else { None };
    minutes
        .and_then(|minutes| WallTime::from_minutes("time", minutes).ok())
        .ok_or_else(|| Failure::Corrupt(format!("a time in a table is {microseconds} µs after midnight")))
}

impl Column for Zone {
    type Datum = String;

    fn from_datum(datum: String) -> Outcome<Self> {
        Self::iana(&datum).map_err(|refusal| Failure::Corrupt(format!("in a table, {refusal}")))
    }

    fn into_datum(self) -> Outcome<String> {
        Ok(self.name().to_owned())
    }
}

/// Words that stand for one of a few things.
macro_rules! words {
    ($($type:ty),* $(,)?) => {
        $(impl Column for $type {
            type Datum = String;

            fn from_datum(datum: String) -> Outcome<Self> {
                word(&datum)
            }

            fn into_datum(self) -> Outcome<String> {
                Ok(self.to_string())
            }

            unsafe fn read(datum: Datum, type_oid: Oid) -> Outcome<Self> {
                // SAFETY: as the caller promises. Nothing is copied to find out which word it is.
                word(unsafe { <&str>::from_polymorphic_datum(datum, false, type_oid) }.unwrap_or_default())
            }
        })*
    };
}

fn word<W: FromStr>(text: &str) -> Outcome<W> {
    let unknown = |_| Failure::Corrupt(format!("{text:?} in a table is no {}", std::any::type_name::<W>()));
    text.parse().map_err(unknown)
}

words!(Attendance, MeetingType, OverrideStatus, Part, Recurrence, Role, Status, TagKind, Tier);
words!(writeback::AccountState, writeback::Conference, writeback::Operation, writeback::Provider, writeback::Status);
