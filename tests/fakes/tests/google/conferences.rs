//! Video meetings.

use convene_fakes::google::Meetings;
use serde_json::{Value, json};

use super::{ANN, EVENTS, connected, event};

fn with_meeting() -> Value {
    let mut body = event("09:00", "10:00");
    body["conferenceData"] =
        json!({ "createRequest": { "requestId": "r1", "conferenceSolutionKey": { "type": "hangoutsMeet" } } });
    body
}

fn status(event: &Value) -> &Value {
    &event["conferenceData"]["createRequest"]["status"]["statusCode"]
}

#[tokio::test]
async fn a_meeting_is_pending_for_some_gets_and_then_there() {
    let (google, http) = connected().await;
    google.set_meetings(Meetings::ReadyAfter(1));
    let made = http.post(&format!("{EVENTS}?conferenceDataVersion=1"), &with_meeting()).await.json;
    assert_eq!((status(&made), made.get("hangoutLink")), (&json!("pending"), None));
    let path = format!("{EVENTS}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(status(&http.get(&path).await.json), "pending");
    let ready = http.get(&path).await.json;
    assert_eq!(status(&ready), "success");
    let link = ready["hangoutLink"].as_str().expect("a link");
    assert_eq!(ready["conferenceData"]["entryPoints"][0]["uri"], link);
    assert_eq!(google.events(ANN, ANN)[0].meeting_link.as_deref(), Some(link));
}

#[tokio::test]
async fn a_meeting_that_gets_ready_is_a_change_of_its_event() {
    let (google, http) = connected().await;
    google.set_meetings(Meetings::ReadyAfter(1));
    let made = http.post(&format!("{EVENTS}?conferenceDataVersion=1"), &with_meeting()).await;
    let list = http.get(EVENTS).await;
    http.get(&format!("{EVENTS}/{}", made.text("id"))).await;
    let changes = http.get(&format!("{EVENTS}?syncToken={}", list.text("nextSyncToken"))).await.json;
    assert_eq!(status(&changes["items"][0]), "success");
}

#[tokio::test]
async fn a_meeting_can_fail() {
    let (google, http) = connected().await;
    google.set_meetings(Meetings::FailAfter(0));
    let made = http.post(&format!("{EVENTS}?conferenceDataVersion=1"), &with_meeting()).await.json;
    assert_eq!((status(&made), made.get("hangoutLink")), (&json!("failure"), None));
}

#[tokio::test]
async fn conference_data_is_ignored_without_its_version() {
    let (_google, http) = connected().await;
    let made = http.post(EVENTS, &with_meeting()).await;
    assert_eq!((made.status, made.json.get("conferenceData")), (200, None));
}

#[tokio::test]
async fn a_meeting_stays_when_the_event_is_patched() {
    let (_google, http) = connected().await;
    let made = http.post(&format!("{EVENTS}?conferenceDataVersion=1"), &with_meeting()).await;
    let path = format!("{EVENTS}/{}?conferenceDataVersion=1", made.text("id"));
    let patched = http.patch(&path, &json!({ "summary": "Moved" })).await;
    assert_eq!(patched.text("hangoutLink"), made.text("hangoutLink"));
    assert!(!patched.text("hangoutLink").is_empty());
}
