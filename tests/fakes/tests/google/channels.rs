//! Push channels.

use std::time::Duration;

use convene_fakes::Pushes;
use serde_json::{Value, json};

use super::{ANN, EVENTS, connected};
use crate::receiver::Receiver;
use crate::time::at;

fn channel(receiver: &Receiver) -> Value {
    json!({ "id": "channel-1", "type": "web_hook", "address": receiver.url, "token": "t1", "params": { "ttl": "3600" } })
}

#[tokio::test]
async fn a_channel_says_sync_first_and_then_that_something_exists_without_a_body() {
    let (google, http) = connected().await;
    let receiver = Receiver::start().await;
    let watched = http.post(&format!("{EVENTS}/watch"), &channel(&receiver)).await;
    assert_eq!((watched.status, watched.text("kind"), watched.text("id")), (200, "api#channel", "channel-1"));
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    let pushes = receiver.received(2).await;
    assert!(pushes.iter().all(|push| push.body.is_empty() && push.header("x-goog-channel-token") == "t1"));
    assert_eq!((pushes[0].header("x-goog-resource-state"), pushes[0].header("x-goog-message-number")), ("sync", "1"));
    assert_eq!((pushes[1].header("x-goog-resource-state"), pushes[1].header("x-goog-message-number")), ("exists", "2"));
    assert_eq!(pushes[1].header("x-goog-channel-id"), "channel-1");
    assert_eq!(pushes[1].header("x-goog-resource-id"), watched.text("resourceId"));
    assert_eq!(pushes[1].header("x-goog-resource-uri"), watched.text("resourceUri"));
    assert!(pushes[1].header("x-goog-channel-expiration").ends_with("GMT"));
}

#[tokio::test]
async fn some_calendars_cannot_be_watched() {
    let (google, http) = connected().await;
    let holidays = convene_fakes::google::Calendar {
        is_watchable: false,
        ..convene_fakes::google::Calendar::named("holidays", "Holidays")
    };
    google.add_calendar(ANN, holidays);
    let receiver = Receiver::start().await;
    let refused = http.post("/calendar/v3/calendars/holidays/events/watch", &channel(&receiver)).await;
    assert_eq!((refused.status, refused.reason()), (400, "pushNotSupportedForRequestedResource"));
    let mut long = channel(&receiver);
    long["token"] = json!("t".repeat(257));
    assert_eq!(http.post(&format!("{EVENTS}/watch"), &long).await.status, 400);
}

#[tokio::test]
async fn a_client_hears_of_its_own_writes_too() {
    let (_google, http) = connected().await;
    let receiver = Receiver::start().await;
    http.post(&format!("{EVENTS}/watch"), &channel(&receiver)).await;
    http.post(EVENTS, &super::event("09:00", "10:00")).await;
    receiver.received(2).await;
}

#[tokio::test]
async fn a_test_can_push_by_hand() {
    let (google, http) = connected().await;
    google.set_pushes(Pushes::ByHand);
    let receiver = Receiver::start().await;
    http.post(&format!("{EVENTS}/watch"), &channel(&receiver)).await;
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    assert_eq!(google.notify("channel-1").await, Some(202));
    receiver.received(2).await;
}

#[tokio::test]
async fn a_channel_lives_as_long_as_asked_but_a_week_at_most() {
    let (google, http) = connected().await;
    let receiver = Receiver::start().await;
    let mut long = channel(&receiver);
    long["params"]["ttl"] = json!("99999999");
    http.post(&format!("{EVENTS}/watch"), &long).await;
    let life = google.channels()[0].expires_at.duration_since(jiff::Timestamp::now());
    assert!((7 * 24 * 3600 - 10..=7 * 24 * 3600).contains(&life.as_secs()), "{life}");
    google.pass(Duration::from_secs(7 * 24 * 3600));
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    assert_eq!(google.notify("channel-1").await, Some(202));
    // The sync and the push by hand; the change came after the channel's end.
    receiver.received(2).await;
}

#[tokio::test]
async fn a_stopped_channel_is_silent_and_its_id_is_known_no_more() {
    let (google, http) = connected().await;
    let receiver = Receiver::start().await;
    let watched = http.post(&format!("{EVENTS}/watch"), &channel(&receiver)).await;
    assert_eq!(http.post(&format!("{EVENTS}/watch"), &channel(&receiver)).await.reason(), "channelIdNotUnique");
    let stop = json!({ "id": "channel-1", "resourceId": watched.text("resourceId") });
    assert_eq!(http.post("/calendar/v3/channels/stop", &stop).await.status, 204);
    assert_eq!(http.post("/calendar/v3/channels/stop", &stop).await.status, 404);
    assert!(google.channels().is_empty());
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    receiver.received(1).await;
}
