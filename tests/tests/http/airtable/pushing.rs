//! What comes to us: pings and pushed payloads, and who may send them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use convene_fakes::Pushes;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use support::calendars::until;
use support::directory::{BASE, person};
use support::{Reply, minutes};

use super::Office;

impl Office {
    async fn push(&self, signature: &str, body: &str) -> Reply {
        let request = self.service.anonymous().request(Method::POST, "/v1/webhooks/airtable");
        Reply::of(request.header("X-Airtable-Signature", signature).body(body.to_owned())).await
    }

    async fn push_signed(&self, at: Timestamp, payload: Value) -> Reply {
        let push = json!({ "webhook": { "id": "achX" }, "timestamp": at, "base": { "id": BASE }, "payload": payload });
        let body = push.to_string();
        self.push(&sign(self.shared_secret.as_bytes(), &body), &body).await
    }
}

fn sign(secret: &[u8], body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn change(record: &str, action: &str, fields: Value) -> Value {
    json!({ "recordId": record, "tableName": "People", "action": action, "fields": fields })
}

#[tokio::test]
async fn a_ping_that_is_not_signed_by_the_webhook_does_nothing() {
    let office = Office::open().await;
    office.directory.airtable.set_pushes(Pushes::ByHand);
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    let id = office.source("id").await.as_str().unwrap().to_owned();
    let due = office.work("due_at").await;
    let body = r#"{"base":{"id":"app00000000000000"}}"#;
    let ping = async |id: String, mac: String| {
        let request = office.service.anonymous().request(Method::POST, &format!("/v1/webhooks/airtable/{id}"));
        Reply::of(request.header("X-Airtable-Content-MAC", mac).body(body)).await
    };
    let by_other = format!("hmac-sha256={}", sign(&STANDARD.decode("c3VwZXI=").unwrap(), body));
    let unknown = uuid::Uuid::new_v4().to_string();
    for (id, mac) in [
        (id.clone(), by_other.clone()),
        (id.clone(), String::new()),
        (id.clone(), "hmac-sha256=".into()),
        (unknown, by_other),
    ] {
        let refused = ping(id, mac.clone()).await;
        assert_eq!(refused.outcome(), (401, "INVALID_SIGNATURE"), "{mac}");
    }
    assert_eq!(office.work("due_at").await, due);
    assert_eq!(office.world.role_of("ada@home.test").await, "mentor");
    let webhook = office.directory.airtable.webhooks()[0].id.clone();
    assert_eq!(office.directory.airtable.ping(&webhook).await, Some(204));
    office.becomes("ada@home.test", "mentee").await;
}

#[tokio::test]
async fn what_a_script_pushes_is_applied_when_it_is_signed_and_new() {
    let office = Office::open().await;
    let now = Timestamp::now();
    let made = office.push_signed(
        now,
        json!([
            change("recCyd", "created", person("cyd@home.test", "Mentor")),
            change("recBob", "deleted", Value::Null),
            { "recordId": "recRoom", "tableName": "People", "action": "updated", "fields": {} },
        ]),
    );
    let made = made.await;
    assert_eq!((made.status, &made.body["processed"]), (200, &json!(3)), "{}", made.body);
    assert!(made.body["message"].is_string());
    assert_eq!(office.world.role_of("cyd@home.test").await, "mentor");
    assert_eq!(office.world.role_of("bob@home.test").await, "");

    // Older, and the same once more.
    let old = change("recCyd", "updated", person("cyd@home.test", "Coordinator"));
    for at in [now - minutes(1), now] {
        let replayed = office.push_signed(at, json!([old])).await;
        assert_eq!((replayed.status, &replayed.body["processed"]), (200, &json!(0)));
    }
    assert_eq!(office.world.role_of("cyd@home.test").await, "mentor");
    let newer = office.push_signed(Timestamp::now(), json!([old])).await;
    assert_eq!((newer.status, &newer.body["processed"]), (200, &json!(1)));
    assert_eq!(office.world.role_of("cyd@home.test").await, "coordinator");
}

#[tokio::test]
async fn what_is_pushed_without_the_secret_or_without_form_is_refused() {
    let office = Office::open().await;
    let before = office.world.snapshot().await;
    let push = |base: &str, at: &str| {
        json!({ "webhook": { "id": "achX" }, "timestamp": at, "base": { "id": base },
            "payload": [change("recAda", "deleted", Value::Null)] })
        .to_string()
    };
    let good = push(BASE, "2099-01-01T00:00:00Z");
    let signed = |body: &str| sign(office.shared_secret.as_bytes(), body);
    for (signature, body) in [
        (String::new(), good.clone()),
        ("00".repeat(32), good.clone()),
        (sign(b"another", &good), good.clone()),
        (signed(&good), good.replace("recAda", "recBob")),
        (signed(&push("appUnknown", "2026-01-01T00:00:00Z")), push("appUnknown", "2026-01-01T00:00:00Z")),
    ] {
        let refused = office.push(&signature, &body).await;
        assert_eq!(refused.outcome(), (401, "INVALID_SIGNATURE"), "{signature}");
    }
    let future = office.push(&signed(&good), &good).await;
    assert_eq!(
        (future.outcome(), &future.body["error"]["details"]["field"]),
        ((400, "VALIDATION_ERROR"), &json!("timestamp"))
    );
    for (body, code) in [
        ("", "INVALID_JSON"),
        ("[1", "INVALID_JSON"),
        ("{}", "VALIDATION_ERROR"),
        (r#"{"base":{"id":7}}"#, "VALIDATION_ERROR"),
    ] {
        let refused = office.push(&signed(body), body).await;
        assert_eq!(refused.outcome(), (400, code), "{body}");
    }
    assert_eq!(office.world.snapshot().await, before);
}

#[tokio::test]
async fn two_organizations_that_read_one_base_are_told_apart_by_their_secrets() {
    let office = Office::open().await;
    let abroad = office.world.other_organization("abroad").await;
    let theirs = office.world.user_in(&abroad, "admin").await;
    let their_admin = office.service.signed_in(&office.world, &theirs).await;
    let their_secret = office.directory.connect(&their_admin).await;
    until(async || their_admin.get("/v1/admin/airtable").await.body["people"] == 2).await;
    let at = Timestamp::now();
    let body = json!({ "webhook": { "id": "achX" }, "timestamp": at, "base": { "id": BASE },
        "payload": [change("recAda", "updated", person("ada@abroad.test", "Mentor"))] })
    .to_string();
    assert_eq!(office.push(&sign(their_secret.as_bytes(), &body), &body).await.body["processed"], 1);
    let sql = "SELECT org_id FROM convene.users WHERE email = 'ada@abroad.test'";
    assert_eq!(office.world.admin.value::<i32>(sql, &[]).await, abroad.id);
    assert_eq!(office.world.role_of("ada@home.test").await, "mentor");
}
