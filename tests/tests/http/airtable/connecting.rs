//! Who connects Airtable, and when its token is no longer good.

use reqwest::Method;
use serde_json::{Value, json};
use support::calendars::until;
use support::directory::{BASE, Directory, TABLE};
use support::program::convene;
use support::service::KEYS;
use support::surroundings::url_of;
use support::{Service, World};

use super::Office;

#[tokio::test]
async fn connecting_has_changes_collected_and_reads_everybody() {
    let office = Office::open().await;
    let (world, directory) = (&office.world, &office.directory);
    assert_eq!(world.role_of("ada@home.test").await, "mentor");
    assert_eq!(world.role_of("bob@home.test").await, "mentee");
    let webhooks = directory.airtable.webhooks();
    assert_eq!(webhooks.len(), 1);
    let id = office.source("id").await;
    let url = format!("http://{}/v1/webhooks/airtable/{}", office.service.address, id.as_str().unwrap());
    assert_eq!(webhooks[0].notification_url.as_ref(), Some(&url));

    let state = office.state().await;
    assert_eq!((&state["status"], &state["people"], &state["is_pinged"]), (&json!("active"), &json!(2), &json!(true)));
    assert_eq!((&state["report"]["created"], &state["report"]["problems"]), (&json!(2), &json!([])));
    let token = directory.airtable.token();
    assert!(!state.to_string().contains(token) && !state.to_string().contains(&office.shared_secret));
    let kept =
        "SELECT count(*) FROM convene.airtable_sources s WHERE position(convert_to($1, 'UTF8') IN s.secrets) > 0";
    assert_eq!(world.admin.value::<i64>(kept, &[&token]).await, 0);
    let audited = "SELECT action || ' ' || details::text FROM convene.audit_log";
    let details = format!(r#"connect_airtable {{"table": "{TABLE}", "base_id": "{BASE}"}}"#);
    assert_eq!(world.admin.value::<String>(audited, &[]).await, details);
}

#[tokio::test]
async fn only_admins_see_and_change_how_it_is_connected() {
    let (world, directory) = (World::new().await, Directory::start().await);
    let service = directory.service(&world).await;
    let staff = service.signed_in(&world, &world.coordinator().await).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    let body = json!({ "base_id": BASE, "table": TABLE, "access_token": "pat" });
    for (method, path, body) in [
        (Method::PUT, "/v1/admin/airtable", Some(body.clone())),
        (Method::GET, "/v1/admin/airtable", None),
        (Method::DELETE, "/v1/admin/airtable", None),
        (Method::POST, "/v1/admin/airtable/resync", None),
    ] {
        let refused = staff.send(method.clone(), path, body).await;
        assert_eq!(refused.outcome(), (403, "FORBIDDEN"), "{method} {path}");
        if method != Method::PUT {
            let absent = admin.send(method.clone(), path, None).await;
            assert_eq!(absent.outcome(), (404, "AIRTABLE_NOT_CONNECTED"), "{method} {path}");
        }
    }
    for (field, value) in [("base_id", "base"), ("base_id", "app/../x"), ("table", " "), ("access_token", "a b")] {
        let mut wrong = body.clone();
        wrong[field] = json!(value);
        let refused = admin.put("/v1/admin/airtable", wrong).await;
        assert_eq!(
            (refused.outcome(), &refused.body["error"]["details"]["field"]),
            ((400, "VALIDATION_ERROR"), &json!(field))
        );
    }
}

#[tokio::test]
async fn a_token_that_is_no_longer_good_is_told_to_the_admins_once_until_another_is_given() {
    let office = Office::open().await;
    office.directory.airtable.revoke();
    office.make_due().await;
    until(async || office.state().await["status"] == "broken").await;
    let state = office.state().await;
    assert_eq!((&state["last_error"], &state["due_at"]), (&json!("401 AUTHENTICATION_REQUIRED"), &Value::Null));
    let told = "SELECT count(*) FROM convene.notification_log WHERE kind = 'airtable_broken'";
    assert_eq!(office.world.admin.value::<i64>(told, &[]).await, 1);
    // Trying again is for an admin to ask.
    office.admin.post("/v1/admin/airtable/resync", Value::Null).await;
    until(async || office.world.admin.value::<i64>(told, &[]).await == 2).await;
    assert_eq!(office.state().await["status"], "broken");
    assert_eq!(office.world.role_of("ada@home.test").await, "mentor");
}

#[tokio::test]
async fn disconnecting_removes_the_webhook_and_leaves_people() {
    let office = Office::open().await;
    assert_eq!(office.admin.send(Method::DELETE, "/v1/admin/airtable", None).await.status, 204);
    assert_eq!(office.directory.airtable.webhooks(), []);
    assert_eq!(office.admin.get("/v1/admin/airtable").await.code(), "AIRTABLE_NOT_CONNECTED");
    assert_eq!(office.world.role_of("ada@home.test").await, "mentor");
    // Connected again, the same people are found by their addresses.
    office.directory.connect(&office.admin).await;
    office.read().await;
    let state = office.state().await;
    assert_eq!((&state["people"], &state["report"]["updated"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn secrets_are_sealed_anew_with_another_key() {
    const NEW: &str = "8=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    let mut office = Office::open().await;
    let (both, url) = (format!("{NEW},{KEYS}"), url_of(&office.world.database.admin()));
    office.service.kill().await;
    convene(&["rotate-keys"], &[("CONVENE_KEYS", &both), ("CONVENE_ADMIN_DATABASE_URL", &url)]).await.succeeded();
    let keys = "SELECT key_id || ' ' || webhook_key_id FROM convene.airtable_sources";
    assert_eq!(office.world.admin.value::<String>(keys, &[]).await, "8 8");
    let (airtable, public) =
        (format!("{}/v0", office.directory.airtable.url()), format!("http://{}", office.service.address));
    let settings =
        [("CONVENE_AIRTABLE_URL", airtable.as_str()), ("CONVENE_PUBLIC_URL", &public), ("CONVENE_KEYS", NEW)];
    let _service = Service::start_at(&office.service.address, &office.world.database, &settings).await;
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    office.becomes("ada@home.test", "mentee").await;
}
