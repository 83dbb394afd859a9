//! Subscriptions, and what they are sent.

use std::time::Duration;

use convene_fakes::Pushes;
use convene_fakes::microsoft::Lifecycle;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{BO, EVENTS, connected, event};
use crate::receiver::Receiver;
use crate::time::at;

const PATH: &str = "/v1.0/subscriptions";

fn subscription(receiver: &Receiver) -> Value {
    json!({
        "changeType": "created,updated,deleted",
        "notificationUrl": receiver.url,
        "lifecycleNotificationUrl": format!("{}?lifecycle=1", receiver.url),
        "resource": "me/events",
        "expirationDateTime": later(SignedDuration::from_hours(24)),
        "clientState": "c1",
    })
}

/// Graph takes no more than seven digits of a second.
fn later(wait: SignedDuration) -> String {
    (Timestamp::now() + wait).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[tokio::test]
async fn both_addresses_must_give_the_validation_token_back() {
    let (microsoft, http) = connected().await;
    let receiver = Receiver::start().await;
    let made = http.post(PATH, &subscription(&receiver)).await;
    assert_eq!((made.status, made.text("clientState"), receiver.validations()), (201, "c1", 2));
    receiver.misunderstands();
    let mut other = subscription(&receiver);
    other["resource"] = json!("me/calendars/calendar/events");
    let refused = http.post(PATH, &other).await;
    assert_eq!((refused.status, refused.code()), (400, "ErrorInvalidRequest"));
    other["notificationUrl"] = json!("http://127.0.0.1:1/");
    assert_eq!(http.post(PATH, &other).await.status, 400);
    assert_eq!(microsoft.subscriptions().len(), 1);
}

#[tokio::test]
async fn changes_are_told_with_the_client_state_and_the_events_id() {
    let (microsoft, http) = connected().await;
    let receiver = Receiver::start().await;
    let made = http.post(PATH, &subscription(&receiver)).await;
    let id = http.post(EVENTS, &event("09:00", "10:00")).await.text("id").to_owned();
    microsoft.move_event(BO, &id, at("11:00"), at("12:00"));
    microsoft.delete_event(BO, &id);
    let told: Vec<Value> = receiver.received(3).await.iter().map(|it| it.json()["value"][0].clone()).collect();
    let types: Vec<&Value> = told.iter().map(|it| &it["changeType"]).collect();
    assert_eq!(types, ["created", "updated", "deleted"]);
    for told in &told {
        assert_eq!((&told["clientState"], &told["resourceData"]["id"]), (&json!("c1"), &json!(id)));
        assert_eq!(told["subscriptionId"], made.text("id"));
    }
}

#[tokio::test]
async fn a_test_can_tell_by_hand() {
    let (microsoft, http) = connected().await;
    microsoft.set_pushes(Pushes::ByHand);
    let receiver = Receiver::start().await;
    let made = http.post(PATH, &subscription(&receiver)).await;
    microsoft.add_busy(BO, "calendar", at("09:00"), at("10:00"));
    assert_eq!(microsoft.notify(made.text("id")).await, Some(202));
    assert_eq!(receiver.received(1).await[0].json()["value"][0]["clientState"], "c1");
}

#[tokio::test]
async fn a_subscription_is_told_about_itself() {
    let (microsoft, http) = connected().await;
    let receiver = Receiver::start().await;
    let made = http.post(PATH, &subscription(&receiver)).await;
    let id = made.text("id");
    assert_eq!(microsoft.notify_lifecycle(id, Lifecycle::ReauthorizationRequired).await, Some(202));
    assert_eq!(http.post(&format!("{PATH}/{id}/reauthorize"), &json!({})).await.status, 204);
    assert_eq!(microsoft.notify_lifecycle(id, Lifecycle::Missed).await, Some(202));
    assert_eq!(microsoft.notify_lifecycle(id, Lifecycle::SubscriptionRemoved).await, Some(202));
    let told = receiver.received(3).await;
    let told: Vec<Value> = told.iter().map(|it| it.json()["value"][0]["lifecycleEvent"].clone()).collect();
    assert_eq!(told, ["reauthorizationRequired", "missed", "subscriptionRemoved"]);
    assert!(microsoft.subscriptions().is_empty());
}

#[tokio::test]
async fn a_subscription_lives_from_45_minutes_to_7_days_and_can_be_renewed() {
    let (microsoft, http) = connected().await;
    let receiver = Receiver::start().await;
    let mut short = subscription(&receiver);
    short["expirationDateTime"] = json!(later(SignedDuration::from_mins(1)));
    let made = http.post(PATH, &short).await;
    let life = microsoft.subscriptions()[0].expires_at.duration_since(Timestamp::now());
    assert!(life > SignedDuration::from_mins(44) && life <= SignedDuration::from_mins(45), "{life}");
    let path = format!("{PATH}/{}", made.text("id"));
    let until = |hours| json!({ "expirationDateTime": later(SignedDuration::from_hours(hours)) });
    assert_eq!(http.patch(&path, &until(7 * 24 + 1)).await.status, 400);
    let digits = json!({ "expirationDateTime": Timestamp::now() + SignedDuration::from_nanos(3_600_000_000_001) });
    assert_eq!(http.patch(&path, &digits).await.status, 400, "more than seven digits");
    assert_eq!(http.patch(&path, &until(24)).await.status, 200);
    microsoft.pass(Duration::from_secs(23 * 3600));
    assert_eq!(microsoft.subscriptions().len(), 1);
    microsoft.pass(Duration::from_secs(3600));
    assert!(microsoft.subscriptions().is_empty());
}

#[tokio::test]
async fn a_subscription_is_listed_and_deleted() {
    let (_microsoft, http) = connected().await;
    let receiver = Receiver::start().await;
    let made = http.post(PATH, &subscription(&receiver)).await;
    assert_eq!(http.post(PATH, &subscription(&receiver)).await.status, 409);
    assert_eq!(super::ids(&http.get(PATH).await.json), [made.text("id")]);
    let path = format!("{PATH}/{}", made.text("id"));
    assert_eq!(http.get(&path).await.text("resource"), "me/events");
    assert_eq!(http.delete(&path).await.status, 204);
    assert_eq!(http.delete(&path).await.status, 404);
    assert_eq!(http.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_subscription_to_one_calendar_hears_of_no_other() {
    let (microsoft, http) = connected().await;
    microsoft.add_calendar(BO, convene_fakes::microsoft::Calendar::named("team", "Team"));
    let receiver = Receiver::start().await;
    let mut one = subscription(&receiver);
    one["resource"] = json!("me/calendars/nothing/events");
    assert_eq!(http.post(PATH, &one).await.status, 404);
    one["resource"] = json!("me/messages");
    assert_eq!(http.post(PATH, &one).await.status, 400);
    one["resource"] = json!("/me/calendars/team/events");
    assert_eq!(http.post(PATH, &one).await.status, 201);
    microsoft.add_busy(BO, "calendar", at("09:00"), at("10:00"));
    let heard = microsoft.add_busy(BO, "team", at("09:00"), at("10:00"));
    assert_eq!(receiver.received(1).await[0].json()["value"][0]["resourceData"]["id"], heard);
}
