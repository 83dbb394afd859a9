//! Calendars, and what is in them.

use convene_fakes::microsoft::{Calendar, Event};
use serde_json::{Value, json};

use super::{BO, DAY, connect, connected, ids};
use crate::time::at;

const VIEW: &str = "/v1.0/me/calendars/calendar/calendarView";

#[tokio::test]
async fn calendars_come_in_pages_with_the_address_of_the_next() {
    let (microsoft, http) = connected().await;
    microsoft.add_calendar(BO, Calendar { can_edit: false, ..Calendar::named("team", "Team") });
    microsoft.set_page_size(1);
    let first = http.get("/v1.0/me/calendars").await.json;
    assert_eq!((ids(&first), &first["value"][0]["isDefaultCalendar"]), (vec!["calendar"], &json!(true)));
    assert_eq!(first["value"][0]["owner"]["address"], BO);
    let second = http.get(&http.path_of(&first["@odata.nextLink"])).await.json;
    assert_eq!((ids(&second), &second["value"][0]["canEdit"]), (vec!["team"], &Value::Null));
    assert_eq!(second.get("@odata.nextLink"), None);
}

#[tokio::test]
async fn a_view_shows_what_overlaps_its_window_free_and_cancelled_events_too() {
    let (microsoft, http) = connected().await;
    let day = jiff::SignedDuration::from_hours(24);
    microsoft.add_busy(BO, "calendar", at("09:00") + day, at("10:00") + day);
    let busy = microsoft.add_busy(BO, "calendar", at("09:00") - day, at("00:01"));
    let free = Event { show_as: "free".into(), ..Event::between(at("10:00"), at("11:00")) };
    let free = microsoft.add_event(BO, "calendar", free);
    let cancelled = microsoft.add_busy(BO, "calendar", at("12:00"), at("13:00"));
    microsoft.cancel_event(BO, &cancelled);
    let gone = microsoft.add_busy(BO, "calendar", at("14:00"), at("15:00"));
    microsoft.delete_event(BO, &gone);
    let view = http.get(&format!("{VIEW}?{DAY}")).await.json;
    assert_eq!(ids(&view), [&*busy, &*free, &*cancelled]);
    let shows: Vec<&Value> = view["value"].as_array().expect("events").iter().map(|event| &event["showAs"]).collect();
    assert_eq!(shows, ["busy", "free", "busy"]);
    assert_eq!(view["value"][2]["isCancelled"], true);
    assert_eq!(view["value"][1]["start"], json!({ "dateTime": "2027-03-01T10:00:00.0000000", "timeZone": "UTC" }));
}

#[tokio::test]
async fn a_view_has_ten_events_on_a_page_unless_asked_for_more() {
    let (microsoft, http) = connected().await;
    for minute in 10..22 {
        microsoft.add_busy(BO, "calendar", at(&format!("09:{minute}")), at("10:00"));
    }
    let first = http.get(&format!("{VIEW}?{DAY}")).await.json;
    let second = http.get(&http.path_of(&first["@odata.nextLink"])).await.json;
    assert_eq!((ids(&first).len(), ids(&second).len()), (10, 2));
    let all = http.get(&format!("{VIEW}?{DAY}&$top=50")).await.json;
    assert_eq!((ids(&all).len(), all.get("@odata.nextLink")), (12, None));
}

#[tokio::test]
async fn a_view_needs_a_window_of_five_years_at_most_and_a_calendar_that_is_there() {
    let (_microsoft, http) = connected().await;
    assert_eq!(http.get(VIEW).await.code(), "ErrorInvalidRequest");
    let ages = "startDateTime=2027-01-01T00:00:00Z&endDateTime=2032-01-01T00:00:00Z";
    assert_eq!(http.get(&format!("{VIEW}?{ages}")).await.status, 400);
    let missing = http.get(&format!("/v1.0/me/calendars/nothing/calendarView?{DAY}")).await;
    assert_eq!((missing.status, missing.code()), (404, "ErrorItemNotFound"));
}

#[tokio::test]
async fn a_calendar_of_somebody_else_takes_a_scope_of_its_own() {
    let (microsoft, http) = connected().await;
    let boss = Calendar { owner: Some("boss@y.test".into()), ..Calendar::named("boss", "The boss") };
    microsoft.add_calendar(BO, boss);
    let list = http.get("/v1.0/me/calendars").await.json;
    assert_eq!((ids(&list), &list["value"][1]["owner"]["address"]), (vec!["calendar", "boss"], &json!("boss@y.test")));
    let refused = http.get(&format!("/v1.0/me/calendars/boss/calendarView?{DAY}")).await;
    assert_eq!((refused.status, refused.code()), (403, "ErrorAccessDenied"));
    assert_eq!(http.post("/v1.0/me/calendars/boss/events", &super::event("09:00", "10:00")).await.status, 403);
}

#[tokio::test]
async fn personal_calendars_have_no_teams() {
    let microsoft = convene_fakes::Microsoft::start().await;
    microsoft.add_personal_account(BO);
    let http = connect(&microsoft).await;
    assert_eq!(http.get("/v1.0/me/calendars").await.json["value"][0]["allowedOnlineMeetingProviders"], json!([]));
    let mut body = super::event("09:00", "10:00");
    body["isOnlineMeeting"] = json!(true);
    let made = http.post(super::EVENTS, &body).await;
    assert_eq!((&made.json["isOnlineMeeting"], &made.json["onlineMeeting"]), (&json!(false), &Value::Null));
}
