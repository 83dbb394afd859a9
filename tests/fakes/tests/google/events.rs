//! One event: made, read, changed, deleted.

use convene_fakes::google::{Calendar, Role};
use reqwest::Method;
use serde_json::json;

use super::{ANN, EVENTS, connected, event};
use crate::time::at;

#[tokio::test]
async fn an_event_is_made_and_can_be_looked_at() {
    let (google, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["description"] = json!("About Rust");
    body["location"] = json!("Room 1");
    body["attendees"] = json!([{ "email": "bo@y.test" }]);
    body["extendedProperties"] = json!({ "private": { "booking": "b1" } });
    let made = http.post(EVENTS, &body).await;
    assert_eq!((made.status, made.text("status")), (200, "confirmed"));
    assert_eq!(made.json["start"]["dateTime"], "2027-03-01T09:00:00+00:00");
    let seen = &google.events(ANN, ANN)[0];
    assert_eq!((seen.start, seen.end, seen.summary.as_str()), (at("09:00"), at("10:00"), "Mentoring"));
    assert_eq!((seen.description.as_str(), seen.location.as_str()), ("About Rust", "Room 1"));
    assert_eq!((seen.private["booking"].as_str(), seen.attendees.as_slice()), ("b1", &["bo@y.test".to_owned()][..]));
}

#[tokio::test]
async fn a_description_is_html() {
    let (google, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["description"] = json!("<b>About</b> 1 &lt; 2 &amp;amp; more");
    http.post(EVENTS, &body).await;
    assert_eq!(google.events(ANN, ANN)[0].description, "About 1 < 2 &amp; more");
}

#[tokio::test]
async fn what_google_does_not_know_or_finds_too_long_it_refuses() {
    let (_google, http) = connected().await;
    for (name, value) in [
        ("colour", json!("red")),
        ("summary", json!("a".repeat(1025))),
        ("description", json!("a".repeat(8193))),
        ("extendedProperties", json!({ "private": { "b".repeat(45): "1" } })),
    ] {
        let mut body = event("09:00", "10:00");
        body[name] = value;
        assert_eq!(http.post(EVENTS, &body).await.status, 400, "{name}");
    }
    assert_eq!(http.post(&format!("{EVENTS}?colour=red"), &event("09:00", "10:00")).await.status, 400);
}

#[tokio::test]
async fn an_answer_has_the_parts_that_were_asked_for() {
    let (_google, http) = connected().await;
    http.post(EVENTS, &event("09:00", "10:00")).await;
    let list = http.get(&format!("{EVENTS}?fields=timeZone,items(summary,start/dateTime)")).await;
    let event = json!({ "summary": "Mentoring", "start": { "dateTime": "2027-03-01T09:00:00+00:00" } });
    assert_eq!(list.json, json!({ "timeZone": "UTC", "items": [event] }));
    assert_eq!(http.get(&format!("{EVENTS}?fields=items(")).await.reason(), "invalid");
}

#[tokio::test]
async fn times_come_back_with_the_offset_of_the_calendars_zone() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar { time_zone: "Europe/Berlin".into(), ..Calendar::named("b", "Berlin") });
    let local = json!({ "start": { "dateTime": "2027-03-01T09:00:00", "timeZone": "America/New_York" },
        "end": { "dateTime": "2027-03-01T15:00:00Z" } });
    let made = http.post("/calendar/v3/calendars/b/events", &local).await.json;
    assert_eq!(made["start"], json!({ "dateTime": "2027-03-01T15:00:00+01:00", "timeZone": "Europe/Berlin" }));
    assert_eq!(made["end"]["dateTime"], "2027-03-01T16:00:00+01:00");
}

#[tokio::test]
async fn an_id_is_taken_for_good_even_by_a_deleted_event() {
    let (_google, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["id"] = json!("c0nvene01");
    let path = format!("{EVENTS}/c0nvene01");
    assert_eq!(http.post(EVENTS, &body).await.text("id"), "c0nvene01");
    let again = http.post(EVENTS, &body).await;
    assert_eq!((again.status, again.reason()), (409, "duplicate"));
    assert_eq!(http.delete(&path).await.status, 204);
    assert_eq!(http.post(EVENTS, &body).await.status, 409);
    assert_eq!(http.get(&path).await.text("status"), "cancelled");
}

#[tokio::test]
async fn an_id_has_five_or_more_letters_of_base32hex() {
    let (_google, http) = connected().await;
    for id in ["abcd", "abcde-", "ABCDE", "abcdw"] {
        let mut body = event("09:00", "10:00");
        body["id"] = json!(id);
        let refused = http.post(EVENTS, &body).await;
        assert_eq!((refused.status, refused.reason()), (400, "invalid"), "{id}");
    }
}

#[tokio::test]
async fn deleting_twice_is_410_and_deleting_what_never_was_404() {
    let (google, http) = connected().await;
    let path = format!("{EVENTS}/{}", google.add_busy(ANN, ANN, at("09:00"), at("10:00")));
    assert_eq!(http.delete(&path).await.status, 204);
    let again = http.delete(&path).await;
    assert_eq!((again.status, again.reason()), (410, "deleted"));
    assert_eq!(http.delete(&format!("{EVENTS}/nothing")).await.reason(), "notFound");
    assert!(google.events(ANN, ANN).is_empty());
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_name() {
    let (google, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["extendedProperties"] = json!({ "private": { "booking": "b1" } });
    body["attendees"] = json!([{ "email": "bo@y.test" }, { "email": "cy@y.test" }]);
    let made = http.post(EVENTS, &body).await;
    let patch = json!({ "start": { "dateTime": "2027-03-01T09:30:00Z" }, "attendees": [{ "email": "di@y.test" }],
        "extendedProperties": { "private": { "generation": "2" } }, "summary": null });
    let patched = http.patch(&format!("{EVENTS}/{}", made.text("id")), &patch).await;
    assert_eq!((patched.status, &patched.json["sequence"]), (200, &json!(1)));
    let seen = &google.events(ANN, ANN)[0];
    assert_eq!((seen.start, seen.end, seen.summary.as_str()), (at("09:30"), at("10:00"), ""));
    assert_eq!((seen.private["booking"].as_str(), seen.private["generation"].as_str()), ("b1", "2"));
    assert_eq!(seen.attendees, ["di@y.test"]);
}

#[tokio::test]
async fn a_put_replaces_all() {
    let (google, http) = connected().await;
    let mut body = event("09:00", "10:00");
    body["location"] = json!("Room 1");
    let made = http.post(EVENTS, &body).await;
    let put = http.request(Method::PUT, &format!("{EVENTS}/{}", made.text("id"))).json(&event("11:00", "12:00"));
    assert_eq!(http.send(put).await.status, 200);
    let seen = &google.events(ANN, ANN)[0];
    assert_eq!((seen.start, seen.location.as_str()), (at("11:00"), ""));
}

#[tokio::test]
async fn a_cancelled_event_comes_back_when_it_is_confirmed_again() {
    let (google, http) = connected().await;
    let id = google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    google.delete_event(ANN, ANN, &id);
    let revived = http.patch(&format!("{EVENTS}/{id}"), &json!({ "status": "confirmed" })).await;
    assert_eq!(revived.text("status"), "confirmed");
    assert_eq!(google.events(ANN, ANN).len(), 1);
}

#[tokio::test]
async fn a_change_on_condition_fails_when_the_event_was_changed_in_between() {
    let (google, http) = connected().await;
    let id = google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    let path = format!("{EVENTS}/{id}");
    let etag = http.get(&path).await.text("etag").to_owned();
    let unchanged = http.request(Method::GET, &path).header("if-none-match", &etag);
    assert_eq!(http.send(unchanged).await.status, 304);
    google.move_event(ANN, ANN, &id, at("10:00"), at("11:00"));
    let late = http.request(Method::DELETE, &path).header("if-match", &etag);
    let late = http.send(late).await;
    assert_eq!((late.status, late.reason()), (412, "conditionNotMet"));
}

#[tokio::test]
async fn a_calendar_that_one_may_only_read_is_not_written() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar { role: Role::Reader, ..Calendar::named("boss", "The boss") });
    let refused = http.post("/calendar/v3/calendars/boss/events", &event("09:00", "10:00")).await;
    assert_eq!((refused.status, refused.reason()), (403, "requiredAccessLevel"));
}

#[tokio::test]
async fn an_event_without_an_end_or_with_an_end_before_its_start_is_refused() {
    let (_google, http) = connected().await;
    let mut endless = event("09:00", "10:00");
    endless["end"] = json!(null);
    assert_eq!(http.post(EVENTS, &endless).await.reason(), "required");
    assert_eq!(http.post(EVENTS, &event("10:00", "09:00")).await.reason(), "timeRangeEmpty");
    let zoneless =
        json!({ "start": { "dateTime": "2027-03-01T09:00:00" }, "end": { "dateTime": "2027-03-01T10:00:00" } });
    assert_eq!(http.post(EVENTS, &zoneless).await.reason(), "invalid");
}
