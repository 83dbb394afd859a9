//! Wall-clock values in JSON, URLs and Postgres. The rules read them: `convene_rules::zone`.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use convene_rules::refusal::Refusal;
use convene_rules::zone;
use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::json;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use utoipa::openapi::schema::{self, ObjectBuilder};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

type BoxError = Box<dyn std::error::Error + Sync + Send>;

/// A time of day on a wall clock, in whole minutes: `09:30`, and `24:00` for the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime(zone::WallTime);

impl FromStr for WallTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        zone::WallTime::parse("time", text).map(Self).map_err(problem)
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const MICROSECONDS_PER_MINUTE: i64 = 60_000_000;

/// Postgres sends microseconds since midnight. The tables hold whole minutes; a fraction would be cut off.
impl<'a> FromSql<'a> for WallTime {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        let minutes = i64::from_be_bytes(raw.try_into()?) / MICROSECONDS_PER_MINUTE;
        Ok(Self(zone::WallTime::from_minutes("time", i32::try_from(minutes)?)?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIME
    }
}

impl ToSql for WallTime {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.put_i64(i64::from(self.0.minutes()) * MICROSECONDS_PER_MINUTE);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIME
    }

    to_sql_checked!();
}

/// A day of the calendar, `2026-03-29`, in a zone that its context names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(civil::Date);

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        zone::date("date", text).map(Self).map_err(problem)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> FromSql<'a> for Day {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        civil::Date::from_sql(kind, raw).map(Self)
    }

    fn accepts(kind: &Type) -> bool {
        <civil::Date as FromSql>::accepts(kind)
    }
}

impl ToSql for Day {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        self.0.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <civil::Date as ToSql>::accepts(kind)
    }

    to_sql_checked!();
}

/// What is wrong with a value, without the name of its field: the extractors add the path.
fn problem(refusal: Refusal) -> String {
    match refusal {
        Refusal::ValidationError { problem, .. } => problem,
        other => other.to_string(),
    }
}

macro_rules! as_text {
    ($name:ident, $schema:expr) => {
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.schema_type(schema::Type::String).into()
            }
        }

        impl ToSchema for $name {}

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}
as_text!(
    WallTime,
    ObjectBuilder::new().pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$")).examples([json!("09:30")])
);
as_text!(
    Day,
    ObjectBuilder::new().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).examples([json!("2026-03-29")])
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_time_survives_postgres() {
        for text in ["00:00", "09:30", "24:00"] {
            let time: WallTime = text.parse().unwrap();
            let mut bytes = BytesMut::new();
            time.to_sql(&Type::TIME, &mut bytes).unwrap();
            assert_eq!(WallTime::from_sql(&Type::TIME, &bytes).unwrap(), time);
        }
    }

    #[test]
    fn a_time_that_the_rules_refuse_is_refused_with_their_words() {
        let problem = "24:01".parse::<WallTime>().unwrap_err();
        assert_eq!(problem, "must be a time as HH:MM, between 00:00 and 24:00");
        assert_eq!("2026-02-29".parse::<Day>().unwrap_err(), "must be a date as YYYY-MM-DD");
    }

    #[test]
    fn what_the_rules_read_is_written_as_they_write_it() {
        assert_eq!("09:05:00".parse::<WallTime>().unwrap().to_string(), "09:05");
        assert_eq!("2028-02-29".parse::<Day>().unwrap().to_string(), "2028-02-29");
    }
}
