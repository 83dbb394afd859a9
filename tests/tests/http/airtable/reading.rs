//! Following changes: by ping, by looking, in pages, across crashes.

use convene_fakes::Pushes;
use jiff::Timestamp;
use serde_json::{Value, json};
use support::calendars::until;
use support::directory::{Directory, free_address, person};
use support::{Service, World, days, hours, minutes};

use super::Office;

#[tokio::test]
async fn a_change_in_airtable_is_a_change_here_within_seconds() {
    let office = Office::open().await;
    office.directory.put("recAda", &json!({ "Role": "Coordinator" }));
    office.becomes("ada@home.test", "coordinator").await;
    office.directory.put("recCyd", &person("cyd@home.test", "Mentee"));
    office.becomes("cyd@home.test", "mentee").await;
    office.directory.delete("recBob");
    office.becomes("bob@home.test", "").await;
}

#[tokio::test]
async fn what_no_ping_told_of_is_found_by_looking() {
    let office = Office::open().await;
    office.directory.airtable.set_pushes(Pushes::ByHand);
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    office.make_due().await;
    office.becomes("ada@home.test", "mentee").await;
}

#[tokio::test]
async fn while_airtable_tells_of_changes_it_is_looked_at_rarely() {
    let office = Office::open().await;
    let (airtable, webhook) = (&office.directory.airtable, office.directory.airtable.webhooks()[0].id.clone());
    let is_pinged = async || office.state().await["is_pinged"] == true;
    let waits = async || {
        office.read().await;
        let due: Timestamp = office.work("due_at").await.as_str().unwrap().parse().unwrap();
        due.duration_since(Timestamp::now())
    };
    let enabled = || airtable.calls_to("POST", "/enableNotifications");
    assert!(is_pinged().await && waits().await > hours(5));
    office.directory.put("recAda", &json!({ "Role": "Coordinator" }));
    office.becomes("ada@home.test", "coordinator").await;
    assert!(is_pinged().await && waits().await > hours(5));

    // Pings get lost: that is found out by looking, and Airtable is asked to ping again.
    airtable.set_pushes(Pushes::ByHand);
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    office.make_due().await;
    office.becomes("ada@home.test", "mentee").await;
    until(async || !is_pinged().await).await;
    assert!(waits().await < minutes(5));
    assert_eq!(enabled(), 1);
    office.make_due().await;
    assert!(waits().await < minutes(5));
    assert_eq!(enabled(), 1);

    assert_eq!(airtable.ping(&webhook).await, Some(204));
    until(async || is_pinged().await).await;
    until(async || waits().await > hours(5)).await;
}

#[tokio::test]
async fn a_phone_is_kept_sealed_and_shown_to_its_owner_and_to_staff() {
    const NUMBER: &str = "+44 20 7946 0000";
    let office = Office::open().await;
    let ada = office.world.user_of("recAda").await;
    let path = format!("/v1/users/{}/phone", ada.id);
    let own = office.service.signed_in(&office.world, &ada).await;
    let phone = async || own.get(&path).await.body["phone"].clone();
    assert_eq!(phone().await, Value::Null);

    office.directory.put("recAda", &json!({ "Phone": NUMBER }));
    until(async || phone().await == NUMBER).await;
    let coordinator = office.service.signed_in(&office.world, &office.world.coordinator().await).await;
    assert_eq!(coordinator.get(&path).await.body["phone"], NUMBER);
    assert_eq!(own.get("/v1/users/me/export").await.body["profile"]["phone"], NUMBER);
    let stranger = office.service.signed_in(&office.world, &office.world.mentee().await).await;
    assert_eq!(stranger.get(&path).await.outcome(), (403, "NOT_AUTHORIZED"));
    let sealed: Vec<u8> = office.world.admin.value("SELECT phone FROM convene.user_phones", &[]).await;
    assert!(!sealed.windows(8).any(|part| part == &NUMBER.as_bytes()[..8]));

    office.directory.put("recAda", &json!({ "Phone": 442_079_460_000_u64 }));
    until(async || office.state().await["report"]["problems"].to_string().contains("Phone")).await;
    assert_eq!(phone().await, NUMBER, "what cannot be used changes nothing");
    office.directory.put("recAda", &json!({ "Phone": null }));
    until(async || phone().await.is_null()).await;
    // Without a phone of its own, erased with its user.
    office.directory.put("recAda", &json!({ "Phone": NUMBER }));
    until(async || phone().await == NUMBER).await;
    assert_eq!(own.send(reqwest::Method::DELETE, "/v1/users/me", None).await.status, 200);
    let kept = "SELECT count(*) FROM convene.user_phones";
    assert_eq!(office.world.admin.value::<i64>(kept, &[]).await, 0);
}

#[tokio::test]
async fn without_a_public_address_nobody_is_pinged_and_changes_are_found_all_the_same() {
    let (world, directory) = (World::new().await, Directory::start().await);
    directory.put("recAda", &person("ada@home.test", "Mentor"));
    let url = format!("{}/v0", directory.airtable.url());
    let service = Service::start_with(&world.database, &[("CONVENE_AIRTABLE_URL", &url)]).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    directory.connect(&admin).await;
    until(async || world.role_of("ada@home.test").await == "mentor").await;
    assert_eq!(directory.airtable.webhooks()[0].notification_url, None);
    directory.put("recAda", &json!({ "Role": "Mentee" }));
    world.make_due("airtable_syncs").await;
    until(async || world.role_of("ada@home.test").await == "mentee").await;
}

#[tokio::test]
async fn a_service_that_is_killed_between_pages_loses_and_repeats_nothing() {
    let (world, directory) = (World::new().await, Directory::start().await);
    directory.airtable.set_page_size(5);
    for number in 0..30 {
        directory.put(&format!("rec{number:02}"), &person(&format!("p{number}@x.test"), "Mentee"));
    }
    let address = free_address().await;
    let mut service = directory.service_at(&address, &world).await;
    let admin = service.signed_in(&world, &world.user("admin").await).await;
    directory.connect(&admin).await;
    let people = async || -> i64 {
        let sql = "SELECT count(*) FROM convene.users WHERE airtable_record_id IS NOT NULL AND deleted_at IS NULL";
        world.admin.value(sql, &[]).await
    };
    // In the middle of the first listing.
    until(async || people().await >= 5).await;
    service.kill().await;
    let listed = people().await;
    assert!((5..30).contains(&listed), "{listed}");
    world.let_leases_run_out().await;
    let mut service = directory.service_at(&address, &world).await;
    until(async || people().await == 30).await;
    let settled = async || -> bool {
        let sql = "SELECT s.synced_at IS NOT NULL AND w.lease IS NULL
            FROM convene.airtable_sources s JOIN convene.work_items w ON w.subject_id = s.id";
        world.admin.value(sql, &[]).await
    };
    until(settled).await;
    let report: Value = world.admin.value("SELECT report FROM convene.airtable_sources", &[]).await;
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(30), &json!(0)));

    // In the middle of changes: 150 payloads are three pages.
    directory.airtable.set_pushes(Pushes::ByHand);
    for number in 0..150 {
        let role = if number < 120 { "Mentor" } else { "Coordinator" };
        directory.put(&format!("rec{:02}", number % 30), &json!({ "Title": format!("Number {number}"), "Role": role }));
    }
    world.make_due("airtable_syncs").await;
    let cursor = async || -> i64 { world.admin.value("SELECT cursor FROM convene.airtable_sources", &[]).await };
    until(async || cursor().await > 1).await;
    service.kill().await;
    world.let_leases_run_out().await;
    let _service = directory.service_at(&address, &world).await;
    until(async || cursor().await == 151).await;
    until(settled).await;
    let sql = "SELECT count(*) FROM convene.users WHERE role = 'coordinator' AND title LIKE 'Number 1%'";
    assert_eq!(world.admin.value::<i64>(sql, &[]).await, 30);
}

#[tokio::test]
async fn a_full_list_removes_who_is_gone_and_spares_who_is_not() {
    let office = Office::open().await;
    office.directory.airtable.set_pushes(Pushes::ByHand);
    office.directory.delete("recBob");
    // As if what was deleted had been lost with the webhook.
    office.set("cursor = cursor + 1").await;
    assert_eq!(office.admin.post("/v1/admin/airtable/resync", Value::Null).await.status, 202);
    office.becomes("bob@home.test", "").await;
    office.read().await;
    assert_eq!(office.world.role_of("ada@home.test").await, "mentor");
    assert_eq!(office.state().await["report"]["removed"], 1);
}

#[tokio::test]
async fn a_meeting_with_somebody_who_is_deleted_in_airtable_is_canceled_and_its_slot_is_free() {
    let office = Office::open().await;
    let world = &office.world;
    let mentor = world.mentor().await;
    let bob = world.user_of("recBob").await;
    let slot = world.slot(&mentor, days(1)).await;
    let booking = world.book(&bob, &slot).await.unwrap();
    office.directory.delete("recBob");
    office.becomes("bob@home.test", "").await;
    let status = "SELECT status FROM convene.bookings WHERE id = $1";
    assert_eq!(world.admin.value::<String>(status, &[&booking.id()]).await, "canceled");
    assert_eq!(world.reasons(&world.mentee().await, &slot).await, [] as [&str; 0]);
    let told = "SELECT count(*) FROM convene.notification_log WHERE user_id = $1 AND kind = 'booking_canceled'";
    until(async || world.admin.value::<i64>(told, &[&mentor.id]).await == 1).await;
}
