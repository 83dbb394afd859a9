//! One event: made, read, changed, deleted.

use convene_fakes::microsoft::Calendar;
use serde_json::{Value, json};

use super::{BO, EVENTS, connected, event};
use crate::time::at;

#[tokio::test]
async fn an_event_is_made_and_can_be_looked_at() {
    let (microsoft, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["start"]["timeZone"] = json!("Europe/London");
    body["body"] = json!({ "contentType": "text", "content": "About Rust" });
    body["location"] = json!({ "displayName": "Room 1" });
    body["attendees"] = json!([{ "emailAddress": { "address": "ann@x.test", "name": "Ann" }, "type": "required" }]);
    body["singleValueExtendedProperties"] = json!([{ "id": "String {…} Name booking", "value": "b1" }]);
    let made = http.post("/v1.0/me/calendars/calendar/events", &body).await;
    assert_eq!((made.status, made.json.get("transactionId")), (201, None));
    assert!(made.text("webLink").starts_with("https://") && made.text("@odata.etag").starts_with("W/"));
    let seen = &microsoft.events(BO, "calendar")[0];
    assert_eq!((seen.start, seen.end, seen.subject.as_str()), (at("09:00"), at("10:00"), "Mentoring"));
    assert_eq!((seen.content.as_str(), seen.location.as_str()), ("About Rust", "Room 1"));
    assert_eq!((&seen.attendees[0], &seen.properties["String {…} Name booking"]), (&"ann@x.test".into(), &"b1".into()));
}

#[tokio::test]
async fn a_replayed_transaction_gives_the_event_that_is_there() {
    let (microsoft, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["transactionId"] = json!("t1");
    let made = http.post(EVENTS, &body).await;
    let replay = http.post(EVENTS, &body).await;
    assert_eq!((replay.status, replay.text("id")), (201, made.text("id")));
    let other = http.post(EVENTS, &event_with("11:00", "12:00", "t1")).await;
    assert_eq!((other.status, other.code()), (409, "ErrorDuplicateTransactionId"));
    assert_eq!(microsoft.events(BO, "calendar").len(), 1);
    let change = json!({ "transactionId": "t2" });
    assert_eq!(http.patch(&format!("{EVENTS}/{}", made.text("id")), &change).await.status, 400);
    microsoft.delete_event(BO, made.text("id"));
    assert_ne!(http.post(EVENTS, &body).await.text("id"), made.text("id"));
}

fn event_with(start: &str, end: &str, transaction: &str) -> Value {
    let mut body = event(start, end);
    body["transactionId"] = json!(transaction);
    body
}

#[tokio::test]
async fn an_id_changes_with_the_calendar_and_an_immutable_one_does_not() {
    let (microsoft, http) = connected().await;
    let default = http.clone().preferring("");
    microsoft.add_calendar(BO, Calendar::named("work", "Work"));
    let id = http.post(EVENTS, &event("09:00", "10:00")).await.text("id").to_owned();
    let path = format!("{EVENTS}/{id}");
    let before = default.get(&path).await.text("id").to_owned();
    assert_ne!(before, id);
    microsoft.move_to_calendar(BO, &id, "work");
    assert_eq!(default.get(&format!("{EVENTS}/{before}")).await.code(), "ErrorItemNotFound");
    assert_ne!(default.get(&path).await.text("id"), before);
    assert_eq!(http.get(&path).await.text("id"), id);
}

#[tokio::test]
async fn events_are_found_by_a_property_and_show_what_is_selected() {
    let (_microsoft, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["singleValueExtendedProperties"] = json!([{ "id": "String {…} Name key", "value": "k1" }]);
    let id = http.post(EVENTS, &body).await.text("id").to_owned();
    http.post(EVENTS, &event("11:00", "12:00")).await;
    let find = async |value: &str| {
        let filter = format!(
            "singleValueExtendedProperties/Any(ep: ep/id eq 'String {{…}} Name key' and ep/value eq '{value}')"
        );
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("$filter", &filter)
            .append_pair("$select", "subject")
            .finish();
        http.get(&format!("/v1.0/me/calendars/calendar/events?{query}")).await.json["value"].clone()
    };
    let found = find("k1").await;
    let names: Vec<&str> = found[0].as_object().expect("an event").keys().map(String::as_str).collect();
    assert_eq!((&found[0]["id"], names), (&json!(id), vec!["@odata.etag", "id", "subject"]));
    assert_eq!(find("k2").await, json!([]));
    assert_eq!(http.get(&format!("{EVENTS}?$filter=true")).await.status, 400);
    assert_eq!(http.get(&format!("{EVENTS}?$select=colour")).await.status, 400);
}

#[tokio::test]
async fn what_graph_does_not_know_or_finds_too_long_it_refuses() {
    let (_microsoft, http) = connected().await;
    let with = |name: &str, value: Value| {
        let mut body = event("09:00", "10:00");
        body[name] = value;
        body
    };
    let digits = |digits| json!({ "dateTime": format!("2027-03-01T09:00:00.{digits}"), "timeZone": "UTC" });
    assert_eq!(http.post(EVENTS, &with("colour", json!("red"))).await.code(), "RequestBodyRead");
    let long = http.post(EVENTS, &with("subject", json!("a".repeat(256)))).await;
    assert_eq!((long.status, long.code()), (400, "ErrorPropertyValidationFailure"));
    let place = json!({ "displayName": "a".repeat(256) });
    assert_eq!(http.post(EVENTS, &with("location", place)).await.status, 400);
    assert_eq!(http.post(EVENTS, &with("start", digits("12345678"))).await.status, 400);
    assert_eq!(http.post(EVENTS, &with("start", digits("1234567"))).await.status, 201);
    assert_eq!(http.get(&format!("{EVENTS}?colour=red")).await.code(), "ErrorInvalidRequest");
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_name() {
    let (microsoft, http) = connected().await;
    let made = http.post(EVENTS, &event("09:00", "10:00")).await;
    let moved = json!({ "end": { "dateTime": "2027-03-01T10:30:00", "timeZone": "UTC" } });
    let patched = http.patch(&format!("{EVENTS}/{}", made.text("id")), &moved).await;
    assert_eq!(patched.status, 200);
    assert_ne!(patched.text("changeKey"), made.text("changeKey"));
    let seen = &microsoft.events(BO, "calendar")[0];
    assert_eq!((seen.start, seen.end, seen.subject.as_str()), (at("09:00"), at("10:30"), "Mentoring"));
}

#[tokio::test]
async fn a_deleted_event_is_not_found_any_more() {
    let (microsoft, http) = connected().await;
    let path = format!("{EVENTS}/{}", microsoft.add_busy(BO, "calendar", at("09:00"), at("10:00")));
    assert_eq!(http.delete(&path).await.status, 204);
    for again in [http.delete(&path).await, http.get(&path).await, http.patch(&path, &json!({})).await] {
        assert_eq!((again.status, again.code()), (404, "ErrorItemNotFound"));
    }
}

#[tokio::test]
async fn an_event_is_cancelled_by_who_has_invited_to_it() {
    let (microsoft, http) = connected().await;
    let id = microsoft.add_busy(BO, "calendar", at("09:00"), at("10:00"));
    assert_eq!(http.post(&format!("{EVENTS}/{id}/cancel"), &json!({ "comment": "Ill" })).await.status, 202);
    assert!(microsoft.events(BO, "calendar").is_empty());
}

#[tokio::test]
async fn a_join_url_can_take_some_gets_to_be_there_and_stays() {
    let (microsoft, http) = connected().await;
    microsoft.set_meeting_delay(1);
    let mut body = event("09:00", "10:00");
    body["isOnlineMeeting"] = json!(true);
    body["onlineMeetingProvider"] = json!("teamsForBusiness");
    let made = http.post(EVENTS, &body).await;
    assert_eq!((&made.json["isOnlineMeeting"], &made.json["onlineMeeting"]), (&json!(true), &Value::Null));
    let path = format!("{EVENTS}/{}", made.text("id"));
    assert_eq!(http.get(&path).await.json["onlineMeeting"], Value::Null);
    let url = http.get(&path).await.json["onlineMeeting"]["joinUrl"].clone();
    assert!(url.as_str().is_some_and(|url| url.starts_with("https://teams.microsoft.com/")), "{url}");
    let patched = http.patch(&path, &json!({ "isOnlineMeeting": false })).await;
    assert_eq!((&patched.json["isOnlineMeeting"], &patched.json["onlineMeeting"]["joinUrl"]), (&json!(true), &url));
    assert_eq!(json!(microsoft.events(BO, "calendar")[0].join_url), url);
}

#[tokio::test]
async fn a_calendar_that_one_may_only_read_is_not_written() {
    let (microsoft, http) = connected().await;
    microsoft.add_calendar(BO, Calendar { can_edit: false, ..Calendar::named("team", "Team") });
    let refused = http.post("/v1.0/me/calendars/team/events", &event("09:00", "10:00")).await;
    assert_eq!((refused.status, refused.code()), (403, "ErrorAccessDenied"));
}

#[tokio::test]
async fn an_event_needs_times_in_a_zone_that_is_known() {
    let (_microsoft, http) = connected().await;
    let mut endless = event("09:00", "10:00");
    endless["end"] = json!(null);
    assert_eq!(http.post(EVENTS, &endless).await.code(), "ErrorInvalidRequest");
    assert_eq!(http.post(EVENTS, &event("10:00", "09:00")).await.status, 400);
    let mut nowhere = event("09:00", "10:00");
    nowhere["start"]["timeZone"] = json!("Middle/Earth");
    assert_eq!(http.post(EVENTS, &nowhere).await.status, 400);
}
