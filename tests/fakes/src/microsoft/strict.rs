//! What Graph takes of a request, and how long it may be.

use std::collections::HashMap;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Of subjects and places, counted as UTF-16.
const LONGEST_LINE: usize = 255;
/// Digits of a second.
const MOST_DIGITS: usize = 7;

/// What clients may write of an event, as far as the fake knows it.
const OF_EVENT: [&str; 13] = [
    "attendees",
    "body",
    "end",
    "isAllDay",
    "isOnlineMeeting",
    "isReminderOn",
    "location",
    "onlineMeetingProvider",
    "showAs",
    "singleValueExtendedProperties",
    "start",
    "subject",
    "transactionId",
];
/// What else can be read of one.
const READ_ONLY: [&str; 13] = [
    "changeKey",
    "createdDateTime",
    "iCalUId",
    "id",
    "isCancelled",
    "isOrganizer",
    "lastModifiedDateTime",
    "onlineMeeting",
    "onlineMeetingUrl",
    "organizer",
    "seriesMasterId",
    "type",
    "webLink",
];
const OF_SUBSCRIPTION: [&str; 7] = [
    "changeType",
    "clientState",
    "expirationDateTime",
    "latestSupportedTlsVersion",
    "lifecycleNotificationUrl",
    "notificationUrl",
    "resource",
];

/// Refuses a parameter that the method does not have.
pub(super) fn parameters(query: &HashMap<String, String>, known: &[&str]) -> Result<(), Refusal> {
    match query.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::invalid(&format!("The query parameter {name:?} is not supported."))),
        None => Ok(()),
    }
}

pub(super) fn event(body: &Map<String, Value>) -> Result<(), Refusal> {
    names(body, &OF_EVENT, "event")?;
    let texts = [body.get("subject"), body.get("location").map(|location| &location["displayName"])];
    let is_long = |text: &str| text.encode_utf16().count() > LONGEST_LINE;
    if texts.into_iter().flatten().filter_map(Value::as_str).any(is_long) {
        let message = "The length of the property exceeded the maximum allowed for this property.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "ErrorPropertyValidationFailure", message));
    }
    Ok(())
}

pub(super) fn subscription(body: &Map<String, Value>) -> Result<(), Refusal> {
    names(body, &OF_SUBSCRIPTION, "subscription")
}

/// The properties of `$select`; all where there is none.
pub(super) fn selected(query: &HashMap<String, String>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(names) = query.get("$select") else { return Ok(None) };
    let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
    let is_known = |name: &String| OF_EVENT.contains(&name.as_str()) || READ_ONLY.contains(&name.as_str());
    match names.iter().find(|name| !is_known(name)) {
        Some(name) => {
            let message =
                format!("Could not find a property named '{name}' on type 'Microsoft.OutlookServices.Event'.");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "RequestBroker--ParseUri", &message))
        }
        None => Ok(Some(names)),
    }
}

/// What is left of an event: its id and its version always are.
pub(super) fn only(mut event: Value, selected: Option<&[String]>) -> Value {
    if let (Some(names), Some(parts)) = (selected, event.as_object_mut()) {
        parts.retain(|name, _| name == "id" || name == "@odata.etag" || names.contains(name));
    }
    event
}

/// A time that has no more digits than Graph takes.
pub(super) fn time(text: &str) -> Result<&str, Refusal> {
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    if digits > MOST_DIGITS {
        return Err(Refusal::invalid(&format!("Cannot convert the literal '{text}' to the expected type.")));
    }
    Ok(text)
}

fn names(body: &Map<String, Value>, known: &[&str], kind: &str) -> Result<(), Refusal> {
    match body.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let message = format!("The property '{name}' does not exist on type 'microsoft.graph.{kind}'.");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "RequestBodyRead", &message))
        }
        None => Ok(()),
    }
}
