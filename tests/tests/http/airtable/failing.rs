//! Limits, outages, webhooks that end, changes that are lost.

use std::time::Duration;

use convene_fakes::{Calls, Fault, Faults, Pushes};
use jiff::Timestamp;
use serde_json::json;
use support::calendars::until;
use support::days;
use support::directory::person;

use super::Office;

#[tokio::test]
async fn a_limit_or_an_outage_only_delays() {
    let office = Office::open().await;
    let (world, airtable) = (&office.world, &office.directory.airtable);
    airtable.set_pushes(Pushes::ByHand);
    airtable.set_faults(Faults::none().share(1.0, Calls::any(), Fault::RateLimited));
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    office.make_due().await;
    until(async || office.work("last_error").await == "429 RATE_LIMIT_REACHED").await;
    let due: Timestamp = office.work("due_at").await.as_str().unwrap().parse().unwrap();
    let wait = due.duration_since(Timestamp::now()).as_secs();
    assert!((25..=31).contains(&wait), "{wait}");

    airtable.set_faults(Faults::down());
    office.make_due().await;
    until(async || office.work("attempts").await == 2).await;
    assert_eq!(office.state().await["status"], "active");
    // Everything else goes on.
    let mentee = world.mentee().await;
    world.booking(&mentee, &world.mentor().await, days(1)).await;
    assert_eq!(world.role_of("ada@home.test").await, "mentor");

    airtable.set_faults(Faults::none());
    office.make_due().await;
    office.becomes("ada@home.test", "mentee").await;
    until(async || office.work("attempts").await == 0 && office.work("last_error").await.is_null()).await;
}

#[tokio::test]
async fn the_webhook_is_kept_from_ending_and_made_anew_when_it_has_ended() {
    let office = Office::open().await;
    let airtable = &office.directory.airtable;
    let first = airtable.webhooks()[0].id.clone();
    office.set("webhook_expires_at = now() + interval '4 days'").await;
    office.make_due().await;
    until(async || airtable.calls_to("POST", "/refresh") == 1).await;
    office.read().await;
    let end: Timestamp = office.source("webhook_expires_at").await.as_str().unwrap().parse().unwrap();
    assert!(end > Timestamp::now() + days(6));

    // Nobody looked for eight days, and what changed meanwhile is in no payload.
    airtable.set_pushes(Pushes::ByHand);
    airtable.pass(Duration::from_secs(8 * 24 * 3600));
    office.directory.put("recAda", &json!({ "Role": "Mentee" }));
    office.directory.delete("recBob");
    office.set("webhook_expires_at = now() - interval '1 day'").await;
    office.make_due().await;
    office.becomes("ada@home.test", "mentee").await;
    office.becomes("bob@home.test", "").await;
    let webhooks = airtable.webhooks();
    assert!(webhooks.len() == 1 && webhooks[0].id != first, "{webhooks:?}");
}

#[tokio::test]
async fn a_change_of_hundreds_of_people_at_once_is_read_as_a_list() {
    let office = Office::open().await;
    let ids: Vec<String> = (0..600).map(|number| format!("rec{number}")).collect();
    let people: Vec<_> = ids.iter().map(|id| (id.as_str(), person(&format!("{id}@x.test"), "Mentee"))).collect();
    office.directory.put_all(&people);
    let sql = "SELECT count(*) FROM convene.users WHERE email::text LIKE 'rec%@x.test'";
    until(async || office.world.admin.value::<i64>(sql, &[]).await == 600).await;
    office.read().await;
    let report = office.state().await["report"].clone();
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(600), &json!(2)));
}

#[tokio::test]
async fn payloads_that_are_errors_or_gone_lead_to_another_webhook_and_a_full_list() {
    let office = Office::open().await;
    let airtable = &office.directory.airtable;
    airtable.set_pushes(Pushes::ByHand);
    for (role, lose) in [("Mentee", true), ("Coordinator", false)] {
        let webhook = airtable.webhooks()[0].id.clone();
        office.directory.put("recAda", &json!({ "Role": role }));
        if lose {
            airtable.add_error_payload(&webhook, "INTERNAL_ERROR");
        } else {
            office.set("webhook_id = 'achGone'").await;
        }
        office.make_due().await;
        office.becomes("ada@home.test", &role.to_lowercase()).await;
        until(async || airtable.webhooks().iter().all(|it| it.id != webhook)).await;
        office.read().await;
    }
    assert_eq!(airtable.webhooks().len(), 1);
}
