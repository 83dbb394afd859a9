//! Reads the fields of a JSON object, and refuses with the name of the one that is wrong.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::refusal::{Problems, Refusal};
use crate::zone::{self, WallTime, Zone};

/// Longest part of an unknown field's name that a refusal repeats, in characters.
const NAME_LONGEST: usize = 64;

/// A kind of object: which fields it may have, and what refusals call it.
pub struct Kind {
    /// As an argument is called: `block`.
    pub argument: &'static str,
    /// As in a sentence: `an availability block`.
    pub noun: &'static str,
    pub known: &'static [&'static str],
}

impl Kind {
    /// A field of one object in a list of them, as refusals call it: `urls[0].label`, or `urls[0]` for all of the object.
    pub fn at(&self, index: usize, field: &str) -> String {
        let list = self.argument;
        if field == list { format!("{list}[{index}]") } else { format!("{list}[{index}].{field}") }
    }
}

pub struct Fields<'a>(&'a Map<String, Value>);

type Read<T> = fn(&str, &Value) -> Result<T, Refusal>;

impl<'a> Fields<'a> {
    /// Refuses what is no object, and notes unknown fields.
    pub fn of(json: &'a Value, kind: &Kind, problems: &mut Problems) -> Result<Self, Refusal> {
        let object = json.as_object().ok_or_else(|| Refusal::invalid(kind.argument, "must be a JSON object"))?;
        for unknown in object.keys().filter(|name| !kind.known.contains(&name.as_str())) {
            let name: String = unknown.chars().take(NAME_LONGEST).collect();
            problems.note::<()>(Err(Refusal::invalid(&name, format!("is not a field of {}", kind.noun))));
        }
        Ok(Self(object))
    }

    /// Absent and null are refused.
    pub fn required<T>(&self, name: &str, read: Read<T>) -> Result<T, Refusal> {
        self.optional(name, read)?.ok_or_else(|| Refusal::invalid(name, "is required"))
    }

    /// Whether there is a value, not null.
    pub fn gives(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// Absent and null are none.
    pub fn optional<T>(&self, name: &str, read: Read<T>) -> Result<Option<T>, Refusal> {
        self.cleared_or_changed(name, read, None)
    }

    /// Absent is as before; null is refused.
    pub fn changed<T: Clone>(&self, name: &str, read: Read<T>, before: &T) -> Result<T, Refusal> {
        self.cleared_or_changed(name, read, Some(before.clone()))?
            .ok_or_else(|| Refusal::invalid(name, "must not be null"))
    }

    /// Absent is as before; null is none.
    pub fn cleared_or_changed<T>(&self, name: &str, read: Read<T>, before: Option<T>) -> Result<Option<T>, Refusal> {
        match self.0.get(name) {
            None => Ok(before),
            Some(Value::Null) => Ok(None),
            Some(value) => read(name, value).map(Some),
        }
    }
}

pub fn as_text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Refusal> {
    value.as_str().ok_or_else(|| Refusal::invalid(name, "must be a string"))
}

pub fn text(name: &str, value: &Value) -> Result<String, Refusal> {
    as_text(name, value).map(str::to_owned)
}

pub fn boolean(name: &str, value: &Value) -> Result<bool, Refusal> {
    value.as_bool().ok_or_else(|| Refusal::invalid(name, "must be true or false"))
}

pub fn integer(name: &str, value: &Value) -> Result<i32, Refusal> {
    let whole = value.as_i64().ok_or_else(|| Refusal::invalid(name, "must be a whole number"))?;
    i32::try_from(whole).map_err(|_| Refusal::invalid(name, "is out of range"))
}

/// A whole number from `least` to `most`.
pub fn integer_in(name: &str, value: &Value, least: i32, most: i32) -> Result<i32, Refusal> {
    let whole = value.as_i64().ok_or_else(|| Refusal::invalid(name, "must be a whole number"))?;
    i32::try_from(whole)
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| Refusal::invalid(name, format!("must lie between {least} and {most}")))
}

pub fn list<'a>(name: &str, value: &'a Value) -> Result<&'a Vec<Value>, Refusal> {
    value.as_array().ok_or_else(|| Refusal::invalid(name, "must be a list"))
}

pub fn date(name: &str, value: &Value) -> Result<Date, Refusal> {
    zone::date(name, as_text(name, value)?)
}

/// RFC 3339, with any offset.
pub fn instant(name: &str, value: &Value) -> Result<Timestamp, Refusal> {
    let unreadable = |_| Refusal::invalid(name, "must be an instant such as 2026-03-29T09:00:00Z");
    as_text(name, value)?.parse().map_err(unreadable)
}

pub fn wall_time(name: &str, value: &Value) -> Result<WallTime, Refusal> {
    WallTime::parse(name, as_text(name, value)?)
}

/// Hyphenated, in either case.
pub fn id(name: &str, value: &Value) -> Result<Uuid, Refusal> {
    let text = as_text(name, value)?;
    Some(text)
        .filter(|text| text.len() == 36)
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| Refusal::invalid(name, "must be a UUID"))
}

pub fn zone(name: &str, value: &Value) -> Result<Zone, Refusal> {
    Zone::iana(as_text(name, value)?)
}
