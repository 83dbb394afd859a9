//! Wall-clock values as JSON, URLs and Postgres write them.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::json;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use utoipa::openapi::schema::{self, ObjectBuilder};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

type Trouble = Box<dyn std::error::Error + Sync + Send>;

/// A time of day on a wall clock, in whole minutes: `09:30`, and `24:00` for the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime {
    /// Since midnight, 0 to 1440.
    minutes: u16,
}

impl FromStr for WallTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be a time of day such as 09:30";
        let two_digits = |part: &str| {
            (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let (hours, minutes) = text.split_once(':').ok_or(WRONG)?;
        match (two_digits(hours), two_digits(minutes)) {
            (Some(hours), Some(minutes)) if (hours < 24 && minutes < 60) || (hours == 24 && minutes == 0) => {
                Ok(Self { minutes: hours * 60 + minutes })
            }
            _ => Err(WRONG),
        }
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

const MICROSECONDS_PER_MINUTE: i64 = 60_000_000;

/// Postgres sends microseconds since midnight. The tables hold whole minutes; a fraction would be cut off.
impl<'a> FromSql<'a> for WallTime {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        let minutes = i64::from_be_bytes(raw.try_into()?) / MICROSECONDS_PER_MINUTE;
        Ok(Self { minutes: u16::try_from(minutes)? })
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIME
    }
}

impl ToSql for WallTime {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        out.put_i64(i64::from(self.minutes) * MICROSECONDS_PER_MINUTE);
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
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The parser of the library would also take week dates, times and negative years.
        let plain = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        match text.parse() {
            Ok(date) if plain => Ok(Self(date)),
            _ => Err("must be a day such as 2026-03-29"),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> FromSql<'a> for Day {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        civil::Date::from_sql(kind, raw).map(Self)
    }

    fn accepts(kind: &Type) -> bool {
        <civil::Date as FromSql>::accepts(kind)
    }
}

impl ToSql for Day {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        self.0.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <civil::Date as ToSql>::accepts(kind)
    }

    to_sql_checked!();
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
    ObjectBuilder::new().pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")).examples([json!("09:30")])
);
as_text!(
    Day,
    ObjectBuilder::new().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).examples([json!("2026-03-29")])
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_24_00_and_no_later() {
        assert_eq!("24:00".parse::<WallTime>().unwrap().to_string(), "24:00");
        assert_eq!("09:05".parse::<WallTime>().unwrap().to_string(), "09:05");
        for nonsense in ["24:01", "9:05", "09:60", "25:00", "09:05:00", "0905", "", "+9:05", "١٢:٠٠"] {
            assert!(nonsense.parse::<WallTime>().is_err(), "{nonsense}");
        }
    }

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
    fn a_day_is_four_two_two_digits() {
        assert_eq!("2028-02-29".parse::<Day>().unwrap().to_string(), "2028-02-29");
        for nonsense in ["2026-02-29", "2026-2-9", "20260209", "2026-02-09T10:00", "-002026-02-09", "infinity", ""] {
            assert!(nonsense.parse::<Day>().is_err(), "{nonsense}");
        }
    }
}
