//! Webhooks, and their pings.

use std::time::Duration;

use convene_fakes::Pushes;
use convene_fakes::airtable::content_mac;
use serde_json::{Value, json};

use super::{HOOKS, PEOPLE, connected, payloads, silent_webhook, webhook};
use crate::receiver::Receiver;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[test]
fn the_mac_is_that_of_the_published_example() {
    let body = r#"{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}"#;
    let mac = "hmac-sha256=26a5f8b7a527568ceada248cf2b0c2d7bc6c6e099016532131dc17421d5637fa";
    assert_eq!(content_mac("c3VwZXIgZHVwZXIgc2VjcmV0", body.as_bytes()), mac);
}

#[tokio::test]
async fn a_change_pings_with_a_mac_and_without_the_change() {
    let (airtable, http) = connected().await;
    let receiver = Receiver::start().await;
    let made = webhook(&http, Some(&receiver), json!({}), json!({})).await;
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    let ping = &receiver.received(1).await[0];
    assert_eq!(ping.header("x-airtable-content-mac"), content_mac(made.text("macSecretBase64"), &ping.body));
    let body = ping.json();
    assert_eq!((&body["base"]["id"], &body["webhook"]["id"]), (&json!("appA"), &json!(made.text("id"))));
    assert_eq!(body.as_object().expect("an object").len(), 3);
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let (_airtable, http) = connected().await;
    let made = webhook(&http, None, json!({}), json!({})).await;
    assert_eq!(made.status, 200);
    assert!(!made.text("macSecretBase64").is_empty() && made.text("id").starts_with("ach"));
    let listed = http.get(HOOKS).await.json;
    assert_eq!(listed["webhooks"][0]["id"], made.text("id"));
    assert!(!listed.to_string().contains("ecret"));
}

#[tokio::test]
async fn a_list_tells_how_the_last_ping_went_and_what_cursor_comes_next() {
    let (airtable, http) = connected().await;
    let receiver = Receiver::start().await;
    webhook(&http, Some(&receiver), json!({}), json!({})).await;
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    receiver.received(1).await;
    let listed = loop {
        let listed = http.get(HOOKS).await.json["webhooks"][0].clone();
        if listed["lastNotificationResult"] != Value::Null {
            break listed;
        }
    };
    assert_eq!(
        (&listed["lastNotificationResult"]["success"], &listed["cursorForNextPayload"]),
        (&json!(true), &json!(2))
    );
    assert_eq!((&listed["areNotificationsEnabled"], &listed["isHookEnabled"]), (&json!(true), &json!(true)));
    assert_eq!(listed["specification"]["options"]["filters"]["dataTypes"], json!(["tableData"]));
}

#[tokio::test]
async fn notifications_can_be_switched_off_and_payloads_are_kept_all_the_same() {
    let (airtable, http) = connected().await;
    let receiver = Receiver::start().await;
    let id = webhook(&http, Some(&receiver), json!({}), json!({})).await.text("id").to_owned();
    let switch = format!("{HOOKS}/{id}/enableNotifications");
    assert_eq!(http.post(&switch, &json!({ "enable": false })).await.status, 200);
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    assert!(!airtable.webhooks()[0].notifications_enabled);
    assert_eq!(http.post(&switch, &json!({ "enable": true })).await.status, 200);
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Bo" }));
    receiver.received(1).await;
    assert_eq!(payloads(&http, &id, "").await["cursor"], 3);
}

#[tokio::test]
async fn a_test_can_ping_by_hand() {
    let (airtable, http) = connected().await;
    airtable.set_pushes(Pushes::ByHand);
    let receiver = Receiver::start().await;
    let id = webhook(&http, Some(&receiver), json!({}), json!({})).await.text("id").to_owned();
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    assert_eq!(airtable.ping(&id).await, Some(202));
    receiver.received(1).await;
}

#[tokio::test]
async fn a_webhook_lives_seven_days_from_its_last_refresh_or_listing() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    airtable.pass(6 * DAY);
    let refreshed = http.post(&format!("{HOOKS}/{id}/refresh"), &json!({})).await;
    assert_eq!(refreshed.text("expirationTime"), airtable.webhooks()[0].expires_at.to_string());
    airtable.pass(6 * DAY);
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    assert_eq!(payloads(&http, &id, "").await["cursor"], 2);
    airtable.pass(6 * DAY);
    assert_eq!(http.get(HOOKS).await.json["webhooks"][0]["isHookEnabled"], true);
}

#[tokio::test]
async fn an_expired_webhook_hears_nothing_and_its_payloads_can_be_read_for_a_while() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    airtable.pass(6 * DAY);
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann" }));
    airtable.pass(DAY);
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Bo" }));
    assert_eq!(http.get(HOOKS).await.json["webhooks"][0]["isHookEnabled"], false);
    assert_eq!(payloads(&http, &id, "").await["cursor"], 2);
    let refused = http.post(&format!("{HOOKS}/{id}/refresh"), &json!({})).await;
    assert_eq!((refused.status, refused.text("error")), (404, "NOT_FOUND"));
    airtable.pass(7 * DAY);
    assert_eq!(http.get(&format!("{HOOKS}/{id}/payloads")).await.status, 404);
}

#[tokio::test]
async fn a_deleted_webhook_is_not_found() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    assert_eq!(http.delete(&format!("{HOOKS}/{id}")).await.status, 200);
    let again = http.delete(&format!("{HOOKS}/{id}")).await;
    assert_eq!((again.status, again.text("error")), (404, "NOT_FOUND"));
    assert!(airtable.webhooks().is_empty());
}

#[tokio::test]
async fn a_base_has_ten_webhooks_at_most_and_each_says_what_it_is_about() {
    let (_airtable, http) = connected().await;
    for _ in 0..10 {
        silent_webhook(&http).await;
    }
    assert_eq!(webhook(&http, None, json!({}), json!({})).await.status, 403);
    let unsaid = json!({ "specification": { "options": { "filters": {} } } });
    assert_eq!(http.post(HOOKS, &unsaid).await.status, 422);
}
