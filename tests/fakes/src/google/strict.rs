//! What Google takes of a request, and how long it may be.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Documented for the properties and channels; of texts Google says nothing, and others found these.
const LONGEST: [(&str, usize); 3] = [("summary", 1024), ("description", 8192), ("location", 1024)];
const LONGEST_PROPERTY: (usize, usize) = (44, 1024);
const LONGEST_CHANNEL: [(&str, usize); 2] = [("id", 64), ("token", 256)];

/// What clients may write of an event, as far as the fake knows it.
const OF_EVENT: [&str; 13] = [
    "id",
    "summary",
    "description",
    "location",
    "start",
    "end",
    "attendees",
    "conferenceData",
    "extendedProperties",
    "reminders",
    "status",
    "transparency",
    "visibility",
];
const OF_CHANNEL: [&str; 6] = ["id", "type", "address", "token", "expiration", "params"];
const OF_QUESTION: [&str; 6] = ["timeMin", "timeMax", "timeZone", "groupExpansionMax", "calendarExpansionMax", "items"];

/// Refuses a parameter that the method does not have.
pub(super) fn parameters(query: &HashMap<String, String>, known: &[&str]) -> Result<(), Refusal> {
    match query.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::unknown(name)),
        None => Ok(()),
    }
}

pub(super) fn event(body: &Map<String, Value>) -> Result<(), Refusal> {
    names(body, &OF_EVENT)?;
    lengths(body, &LONGEST)?;
    let properties = body.get("extendedProperties").and_then(|it| it["private"].as_object());
    let is_long = |(name, value): (&String, &Value)| {
        let value = value.as_str().unwrap_or_default();
        name.chars().count() > LONGEST_PROPERTY.0 || value.chars().count() > LONGEST_PROPERTY.1
    };
    if properties.into_iter().flatten().any(is_long) {
        return Err(Refusal::invalid("extendedProperties", "A property is too long."));
    }
    Ok(())
}

pub(super) fn channel(body: &Map<String, Value>) -> Result<(), Refusal> {
    names(body, &OF_CHANNEL)?;
    lengths(body, &LONGEST_CHANNEL)
}

pub(super) fn question(body: &Map<String, Value>) -> Result<(), Refusal> {
    names(body, &OF_QUESTION)
}

fn names(body: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::unknown(name)),
        None => Ok(()),
    }
}

fn lengths(body: &Map<String, Value>, longest: &[(&'static str, usize)]) -> Result<(), Refusal> {
    let is_long = |(name, longest): &&(&str, usize)| {
        body.get(*name).and_then(Value::as_str).is_some_and(|text| text.chars().count() > *longest)
    };
    match longest.iter().find(is_long) {
        Some(&(name, _)) => Err(Refusal::invalid(name, "A provided value exceeds the allowed size limit.")),
        None => Ok(()),
    }
}
