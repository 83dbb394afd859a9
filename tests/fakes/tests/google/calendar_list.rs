//! The list of calendars.

use convene_fakes::google::{Calendar, Role};
use serde_json::json;

use super::{ANN, connected};

const LIST: &str = "/calendar/v3/users/me/calendarList";

#[tokio::test]
async fn calendars_come_in_pages_and_the_last_has_a_sync_token() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar { time_zone: "Europe/Berlin".into(), ..Calendar::named("work", "Work") });
    google.set_page_size(1);
    let first = http.get(LIST).await.json;
    assert_eq!((&first["items"][0]["id"], &first["items"][0]["primary"]), (&json!(ANN), &json!(true)));
    assert_eq!(first.get("nextSyncToken"), None);
    let second =
        http.get(&format!("{LIST}?pageToken={}", first["nextPageToken"].as_str().expect("a token"))).await.json;
    assert_eq!(second["items"][0]["timeZone"], "Europe/Berlin");
    assert_eq!(second["items"][0].get("primary"), None);
    assert!(second["nextSyncToken"].is_string() && second.get("nextPageToken").is_none());
}

#[tokio::test]
async fn calendars_can_be_asked_for_by_what_one_may_do_there() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar { role: Role::Reader, ..Calendar::named("boss", "The boss") });
    let writable = http.get(&format!("{LIST}?minAccessRole=writer")).await.json;
    assert_eq!(writable["items"].as_array().expect("items").len(), 1);
    assert_eq!(http.get(LIST).await.json["items"][1]["accessRole"], "reader");
    let trusted = Calendar { role: Role::WriterWithoutPrivateAccess, ..Calendar::named("desk", "The desk") };
    google.add_calendar(ANN, trusted);
    assert_eq!(http.get(LIST).await.json["items"][2]["accessRole"], "writerWithoutPrivateAccess");
    assert_eq!(http.get(&format!("{LIST}?colour=red")).await.status, 400);
    let refused = http.get(&format!("{LIST}?minAccessRole=writer&syncToken=x")).await;
    assert_eq!(refused.status, 400);
    assert_eq!(http.get(&format!("{LIST}?syncToken=x")).await.reason(), "fullSyncRequired");
}
