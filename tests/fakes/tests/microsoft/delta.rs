//! What has changed in a window.

use convene_fakes::Microsoft;
use convene_fakes::microsoft::DeltaReset;
use reqwest::Method;
use serde_json::{Value, json};

use super::{BO, DAY, connected, ids};
use crate::http::Http;
use crate::time::at;

const DELTA: &str = "/v1.0/me/calendars/calendar/calendarView/delta";

fn busy(microsoft: &Microsoft, start: &str, end: &str) -> String {
    microsoft.add_busy(BO, "calendar", at(start), at(end))
}

async fn follow(http: &Http, list: &Value, link: &str) -> Value {
    http.get(&http.path_of(&list[link])).await.json
}

#[tokio::test]
async fn a_delta_comes_in_pages_and_the_last_has_a_delta_link() {
    let (microsoft, http) = connected().await;
    let made =
        [busy(&microsoft, "09:00", "10:00"), busy(&microsoft, "11:00", "12:00"), busy(&microsoft, "13:00", "14:00")];
    let pages = http.request(Method::GET, &format!("{DELTA}?{DAY}")).header("prefer", "odata.maxpagesize=2");
    let first = http.send(pages).await.json;
    assert_eq!((ids(&first), first.get("@odata.deltaLink")), (vec![&*made[0], &*made[1]], None));
    let second = follow(&http, &first, "@odata.nextLink").await;
    assert_eq!((ids(&second), second.get("@odata.nextLink")), (vec![&*made[2]], None));
    assert!(ids(&follow(&http, &second, "@odata.deltaLink").await).is_empty());
}

#[tokio::test]
async fn a_delta_link_tells_what_changed_and_what_left_the_window() {
    let (microsoft, http) = connected().await;
    let (moved, gone, away) =
        (busy(&microsoft, "09:00", "10:00"), busy(&microsoft, "11:00", "12:00"), busy(&microsoft, "13:00", "14:00"));
    let full = http.get(&format!("{DELTA}?{DAY}")).await.json;
    microsoft.move_event(BO, &moved, at("15:00"), at("16:00"));
    microsoft.delete_event(BO, &gone);
    let day = jiff::SignedDuration::from_hours(24);
    microsoft.move_event(BO, &away, at("13:00") + day, at("14:00") + day);
    microsoft.add_busy(BO, "calendar", at("09:00") + day, at("10:00") + day);
    let changes = follow(&http, &full, "@odata.deltaLink").await;
    assert_eq!(ids(&changes), [&*moved, &*gone, &*away]);
    assert_eq!(changes["value"][0]["start"]["dateTime"], "2027-03-01T15:00:00.0000000");
    assert_eq!(changes["value"][1], json!({ "id": gone, "@removed": { "reason": "deleted" } }));
    assert_eq!(changes["value"][2], json!({ "id": away, "@removed": { "reason": "deleted" } }));
    assert!(ids(&follow(&http, &changes, "@odata.deltaLink").await).is_empty());
}

#[tokio::test]
async fn a_delta_that_was_reset_must_be_started_anew() {
    let (microsoft, http) = connected().await;
    let full = http.get(&format!("{DELTA}?{DAY}")).await.json;
    microsoft.reset_deltas(DeltaReset::Gone);
    let gone = http.get(&http.path_of(&full["@odata.deltaLink"])).await;
    assert_eq!((gone.status, gone.code()), (410, "resyncRequired"));
    microsoft.reset_deltas(DeltaReset::BadRequest);
    let refused = http.get(&http.path_of(&full["@odata.deltaLink"])).await;
    assert_eq!((refused.status, refused.code()), (400, "syncStateNotFound"));
    assert_eq!(http.get(&format!("{DELTA}?{DAY}")).await.status, 200);
}

#[tokio::test]
async fn a_delta_takes_no_query_options() {
    let (_microsoft, http) = connected().await;
    assert_eq!(http.get(&format!("{DELTA}?{DAY}&$select=id")).await.code(), "ErrorInvalidRequest");
}

#[tokio::test]
async fn a_delta_of_the_default_calendar_needs_no_id() {
    let (microsoft, http) = connected().await;
    let made = busy(&microsoft, "09:00", "10:00");
    assert_eq!(ids(&http.get(&format!("/v1.0/me/calendarView/delta?{DAY}")).await.json), [&*made]);
}
