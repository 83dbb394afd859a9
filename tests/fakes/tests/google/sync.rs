//! Lists of events, and what has changed since.

use convene_fakes::Google;
use serde_json::{Value, json};

use super::{ANN, EVENTS, connected};
use crate::http::Http;
use crate::time::at;

const WINDOW: &str = "singleEvents=true&timeMin=2027-03-01T00:00:00Z&timeMax=2027-03-02T00:00:00Z";

fn busy(google: &Google, start: &str, end: &str) -> String {
    google.add_busy(ANN, ANN, at(start), at(end))
}

async fn list(http: &Http, query: &str) -> Value {
    http.get(&format!("{EVENTS}?{query}")).await.json
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

fn token<'list>(list: &'list Value, name: &str) -> &'list str {
    list[name].as_str().unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[tokio::test]
async fn a_list_comes_in_pages_and_only_the_last_has_a_sync_token() {
    let (google, http) = connected().await;
    let made = [busy(&google, "09:00", "10:00"), busy(&google, "11:00", "12:00"), busy(&google, "13:00", "14:00")];
    google.set_page_size(2);
    let first = list(&http, &format!("{WINDOW}&orderBy=startTime")).await;
    assert_eq!((ids(&first), first.get("nextSyncToken")), (vec![&*made[0], &*made[1]], None));
    // What is deleted between two pages is told by the sync token that ends the list.
    google.delete_event(ANN, ANN, &made[0]);
    let second = list(&http, &format!("{WINDOW}&pageToken={}", token(&first, "nextPageToken"))).await;
    assert_eq!(ids(&second), [&*made[2]]);
    let changes = list(&http, &format!("singleEvents=true&syncToken={}", token(&second, "nextSyncToken"))).await;
    assert_eq!((ids(&changes), &changes["items"][0]["status"]), (vec![&*made[0]], &json!("cancelled")));
}

#[tokio::test]
async fn a_sync_token_gives_what_changed_and_of_cancelled_events_the_id() {
    let (google, http) = connected().await;
    let (kept, moved, gone) =
        (busy(&google, "09:00", "10:00"), busy(&google, "11:00", "12:00"), busy(&google, "13:00", "14:00"));
    let full = list(&http, WINDOW).await;
    assert!(ids(&full).contains(&&*kept));
    google.move_event(ANN, ANN, &moved, at("15:00"), at("16:00"));
    google.delete_event(ANN, ANN, &gone);
    let changes = list(&http, &format!("singleEvents=true&syncToken={}", token(&full, "nextSyncToken"))).await;
    assert_eq!(ids(&changes), [&*moved, &*gone]);
    assert_eq!(changes["items"][0]["start"]["dateTime"], "2027-03-01T15:00:00+00:00");
    assert_eq!((&changes["items"][1]["status"], changes["items"][1].get("start")), (&json!("cancelled"), None));
    let nothing = list(&http, &format!("singleEvents=true&syncToken={}", token(&changes, "nextSyncToken"))).await;
    assert!(ids(&nothing).is_empty());
}

#[tokio::test]
async fn an_expired_sync_token_asks_for_a_full_sync() {
    let (google, http) = connected().await;
    let full = list(&http, WINDOW).await;
    google.expire_sync_tokens(ANN, ANN);
    let path = format!("{EVENTS}?singleEvents=true&syncToken={}", token(&full, "nextSyncToken"));
    let expired = http.get(&path).await;
    assert_eq!((expired.status, expired.reason()), (410, "fullSyncRequired"));
}

#[tokio::test]
async fn a_sync_token_goes_with_no_restriction_and_with_the_first_lists_parameters() {
    let (_google, http) = connected().await;
    let full = list(&http, WINDOW).await;
    let sync = token(&full, "nextSyncToken");
    for query in [
        format!("{WINDOW}&syncToken={sync}"),
        format!("syncToken={sync}"),
        format!("singleEvents=true&showDeleted=false&syncToken={sync}"),
        format!("singleEvents=true&orderBy=updated&syncToken={sync}"),
        "syncToken=guessed".to_owned(),
    ] {
        assert_eq!(http.get(&format!("{EVENTS}?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn lists_leave_out_what_is_outside_the_window_or_cancelled() {
    let (google, http) = connected().await;
    let inside = busy(&google, "09:00", "10:00");
    let day = jiff::SignedDuration::from_hours(24);
    google.add_busy(ANN, ANN, at("09:00") + day, at("10:00") + day);
    let gone = busy(&google, "11:00", "12:00");
    google.delete_event(ANN, ANN, &gone);
    assert_eq!(ids(&list(&http, WINDOW).await), [&*inside]);
    assert_eq!(list(&http, &format!("{WINDOW}&showDeleted=true")).await["items"].as_array().expect("items").len(), 2);
    assert_eq!(http.get(&format!("{EVENTS}?orderBy=startTime")).await.status, 400);
}

#[tokio::test]
async fn events_are_found_by_a_private_property() {
    let (_google, http) = connected().await;
    let mut body = super::event("09:00", "10:00");
    body["extendedProperties"] = json!({ "private": { "booking": "b1" } });
    http.post(EVENTS, &body).await;
    assert_eq!(ids(&list(&http, "privateExtendedProperty=booking%3Db1").await).len(), 1);
    assert!(ids(&list(&http, "privateExtendedProperty=booking%3Db2").await).is_empty());
}
