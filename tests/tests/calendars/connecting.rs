//! Connecting accounts by OAuth, choosing calendars, and disconnecting.

use convene_fakes::google::{Calendar, Role};
use serde_json::json;
use support::calendars::{Providers, complete, url_of};
use support::{Client, Reply, World, hours};

#[tokio::test]
async fn a_user_who_consents_has_a_calendar_that_is_read_and_written_to() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;

    let id = providers.connect_google(&client, &mentee).await;

    let connection = client.get(&format!("/v1/calendar/connections/{id}")).await.body;
    assert_eq!(connection["provider"], "google");
    assert_eq!(connection["account"], mentee.email);
    assert_eq!((&connection["status"], &connection["is_known"]), (&json!("connected"), &json!(true)));
    let calendars = connection["calendars"].as_array().unwrap();
    assert_eq!(calendars.len(), 1);
    assert_eq!((&calendars[0]["is_read"], &calendars[0]["is_written"]), (&json!(true), &json!(true)));
    assert_eq!(client.get("/v1/calendar/connections").await.body["data"][0]["id"], id.to_string());
}

#[tokio::test]
async fn microsoft_connects_the_same_way() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentor = world.mentor().await;
    let client = service.signed_in(&world, &mentor).await;

    let id = providers.connect_microsoft(&client, &mentor).await;

    let connection = client.get(&format!("/v1/calendar/connections/{id}")).await.body;
    assert_eq!((&connection["provider"], &connection["is_known"]), (&json!("microsoft"), &json!(true)));
}

#[tokio::test]
async fn a_state_is_good_once_for_its_user_and_provider_and_for_ten_minutes() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, other) = (world.mentee().await, world.mentee().await);
    let (client, others) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &other).await);
    providers.google.add_account("somebody@gmail.test");
    let depart = async || {
        let departure = client.post("/v1/calendar/google/connect/start", json!({})).await;
        providers.google.consent(url_of(&departure), "somebody@gmail.test")
    };

    let back = depart().await;
    assert_eq!(
        complete(&others, "google", &back.code, &back.state).await.outcome(),
        (409, "CALENDAR_STATE_INVALID"),
        "somebody else"
    );
    assert_eq!(complete(&client, "microsoft", &back.code, &back.state).await.code(), "CALENDAR_STATE_INVALID");
    assert_eq!(complete(&client, "google", &back.code, "made up").await.code(), "CALENDAR_STATE_INVALID");
    assert_eq!(complete(&client, "google", &back.code, &back.state).await.status, 200);
    assert_eq!(complete(&client, "google", &back.code, &back.state).await.code(), "CALENDAR_STATE_INVALID");

    let late = depart().await;
    world.admin.run("UPDATE convene.calendar_connect_states SET expires_at = now() - interval '1 second'").await;
    assert_eq!(complete(&client, "google", &late.code, &late.state).await.code(), "CALENDAR_STATE_INVALID");

    let back = depart().await;
    assert_eq!(
        complete(&client, "google", "not the code", &back.state).await.outcome(),
        (409, "CALENDAR_CODE_INVALID")
    );
}

#[tokio::test]
async fn who_unticks_what_is_needed_is_told_what_is_missing() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    providers.google.add_account(&mentee.email);
    let departure = client.post("/v1/calendar/google/connect/start", json!({})).await;
    let scopes = ["openid", "email", "https://www.googleapis.com/auth/calendar.freebusy"];
    let back = providers.google.consent_to(url_of(&departure), &mentee.email, &scopes);

    let reply = complete(&client, "google", &back.code, &back.state).await;

    assert_eq!(reply.outcome(), (409, "CALENDAR_SCOPES_MISSING"));
    let missing = reply.body["error"]["details"]["missing"].to_string();
    assert!(missing.contains("calendar.events"), "{missing}");
    assert_eq!(client.get("/v1/calendar/connections").await.body["data"], json!([]));
}

#[tokio::test]
async fn calendars_are_chosen_and_until_the_chosen_ones_are_read_nothing_is_known() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    providers.google.add_account(&mentee.email);
    providers.google.add_calendar(&mentee.email, Calendar::named("work", "Work"));
    let shared = Calendar { role: Role::FreeBusyReader, ..Calendar::named("shared", "Shared") };
    providers.google.add_calendar(&mentee.email, shared);
    let departure = client.post("/v1/calendar/google/connect/start", json!({})).await;
    let back = providers.google.consent(url_of(&departure), &mentee.email);
    let id = complete(&client, "google", &back.code, &back.state).await.body["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/calendar/connections/{id}/calendars");

    for (choice, field) in [
        (json!({ "read": [], "write": null }), "read"),
        (json!({ "read": ["nobody's"], "write": null }), "read"),
        (json!({ "read": ["work"], "write": "shared" }), "write"),
    ] {
        let reply = client.put(&path, choice.clone()).await;
        assert_eq!(reply.outcome(), (400, "VALIDATION_ERROR"), "{choice}");
        assert_eq!(reply.body["error"]["details"]["field"], field, "{choice}: {}", reply.body);
    }
    let chosen = client.put(&path, json!({ "read": ["work", "shared"], "write": "work" })).await;

    assert_eq!(chosen.status, 200, "{}", chosen.body);
    let states: Vec<_> = chosen.body["calendars"]
        .as_array()
        .unwrap()
        .iter()
        .map(|calendar| (calendar["name"].clone(), calendar["is_read"].clone(), calendar["is_written"].clone()))
        .collect();
    assert!(states.contains(&(json!("Work"), json!(true), json!(true))), "{states:?}");
    assert!(states.contains(&(json!("Shared"), json!(true), json!(false))), "{states:?}");
    assert_eq!(chosen.body["is_known"], false);
    support::calendars::until(async || {
        client.get(&format!("/v1/calendar/connections/{id}")).await.body["is_known"] == true
    })
    .await;
}

#[tokio::test]
async fn disconnecting_removes_tokens_and_what_is_known_and_tells_the_provider() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    let slot = world.slot(&mentor, hours(30)).await;
    providers.google.add_account(&mentee.email);
    providers.google.add_busy(&mentee.email, &mentee.email, slot.start, slot.start + hours(1));
    let id = providers.connect_google_again(&client, &mentee).await;
    assert_eq!(world.reasons(&mentee, &slot).await, ["CALENDAR_CONFLICT"]);

    let path = format!("/v1/calendar/connections/{id}");
    assert_eq!(client.send(reqwest::Method::DELETE, &path, None).await.status, 204);

    assert_eq!(client.get(&path).await.outcome(), (404, "CALENDAR_CONNECTION_NOT_FOUND"));
    assert_eq!(world.reasons(&mentee, &slot).await, [] as [String; 0]);
    assert_eq!(providers.google.calls_to("POST", "/revoke"), 1);
    let left = "SELECT (SELECT count(*) FROM convene.calendar_connections) + (SELECT count(*) FROM convene.calendars)
        + (SELECT count(*) FROM convene.calendar_busy_windows)";
    assert_eq!(world.admin.value::<i64>(left, &[]).await, 0);
}

#[tokio::test]
async fn a_grant_that_ends_is_noticed_told_once_and_not_tried_again_until_the_user_reconnects() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    let id = providers.connect_google(&client, &mentee).await;
    providers.google.revoke(&mentee.email);

    client.post(&format!("/v1/calendar/connections/{id}/sync"), json!(null)).await;
    support::calendars::until(async || {
        client.get(&format!("/v1/calendar/connections/{id}")).await.body["status"] == "needs_reconnect"
    })
    .await;

    providers.google.forget_calls();
    client.post(&format!("/v1/calendar/connections/{id}/sync"), json!(null)).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(providers.google.calls(), []);
    let told = "SELECT count(*) FROM convene.notification_log WHERE kind = 'calendar_needs_reconnect' AND user_id = $1";
    assert_eq!(world.admin.value::<i64>(told, &[&mentee.id]).await, 1);

    assert_eq!(providers.connect_google_again(&client, &mentee).await, id, "the same connection");
    let connection = client.get(&format!("/v1/calendar/connections/{id}")).await.body;
    assert_eq!((&connection["status"], &connection["is_known"]), (&json!("connected"), &json!(true)));
}

#[tokio::test]
async fn a_provider_that_is_not_set_up_is_a_clear_answer() {
    let world = World::new().await;
    let service = support::Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let reply = client.post("/v1/calendar/google/connect/start", json!({})).await;
    assert_eq!(reply.outcome(), (409, "CALENDAR_NOT_CONFIGURED"));
    assert_eq!(client.post("/v1/calendar/yahoo/connect/start", json!({})).await.code(), "CALENDAR_NOT_CONFIGURED");
    let providers = Providers::start().await;
    let service = providers.service(&world).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    assert_eq!(client.post("/v1/calendar/yahoo/connect/start", json!({})).await.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn of_many_who_need_a_fresh_token_one_refreshes() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service_with(&world, &[("CONVENE_WORKERS", "false")]).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    world.without_weekly_limits().await;
    providers.connect_microsoft(&service.signed_in(&world, &mentee).await, &mentee).await;
    let mut bookings = Vec::new();
    for day in 1..=12 {
        bookings.push(world.booking(&mentee, &mentor, hours(24 * day)).await);
    }
    providers.microsoft.expire_access_tokens(&mentee.email);
    providers.microsoft.forget_calls();
    world.admin.run("UPDATE convene.calendar_connections SET token_expires_at = now() - interval '1 minute'").await;

    let _workers = (providers.service(&world).await, providers.service(&world).await);
    support::calendars::until(async || providers.microsoft.events(&mentee.email, "calendar").len() == 12).await;

    assert_eq!(providers.microsoft.calls_to("POST", "/token"), 1);
    assert!(providers.microsoft.most_open_calls(&mentee.email) <= 4);
}

#[tokio::test]
async fn only_the_last_who_disconnects_an_account_ends_its_grant() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let (one, other) = (service.signed_in(&world, &mentee).await, service.signed_in(&world, &mentor).await);
    providers.google.add_account("shared@home.test");
    let connect = async |client: &Client, scopes: Option<&[&str]>| {
        let departure = client.post("/v1/calendar/google/connect/start", json!({})).await;
        let back = match scopes {
            Some(scopes) => providers.google.consent_to(url_of(&departure), "shared@home.test", scopes),
            None => providers.google.consent(url_of(&departure), "shared@home.test"),
        };
        complete(client, "google", &back.code, &back.state).await
    };
    let id = |reply: &Reply| reply.body["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(&connect(&one, None).await), id(&connect(&other, None).await));
    let revoked = || providers.google.calls_to("POST", "/revoke");
    let disconnect = async |client: &Client, id: &str| {
        let path = format!("/v1/calendar/connections/{id}");
        assert_eq!(client.send(reqwest::Method::DELETE, &path, None).await.status, 204);
    };

    let third = service.signed_in(&world, &world.mentee().await).await;
    let too_little = connect(&third, Some(&["openid", "email"])).await;
    assert_eq!((too_little.code(), revoked()), ("CALENDAR_SCOPES_MISSING", 0), "others have that account");
    disconnect(&one, &first).await;
    assert_eq!(revoked(), 0);
    providers.google.expire_access_tokens("shared@home.test");
    other.post(&format!("/v1/calendar/connections/{second}/sync"), json!(null)).await;
    let path = format!("/v1/calendar/connections/{second}");
    support::calendars::until(async || providers.google.calls_to("POST", "/token") > 3).await;
    assert_eq!(other.get(&path).await.body["status"], "connected");
    disconnect(&other, &second).await;
    assert_eq!(revoked(), 1);
}

#[tokio::test]
async fn an_account_whose_address_changes_is_the_same_and_another_one_with_that_address_is_not() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    let google = providers.connect_google(&client, &mentee).await;
    let microsoft = providers.connect_microsoft(&client, &mentee).await;

    providers.google.set_address(&mentee.email, "renamed@home.test");
    providers.microsoft.set_address(&mentee.email, "renamed@work.test");
    assert_eq!(providers.connect_google_again(&client, &mentee).await, google);
    let path = |id| format!("/v1/calendar/connections/{id}");
    assert_eq!(client.get(&path(google)).await.body["account"], "renamed@home.test");
    let departure = client.post("/v1/calendar/microsoft/connect/start", json!({})).await;
    let back = providers.microsoft.consent(url_of(&departure), &mentee.email);
    let again = complete(&client, "microsoft", &back.code, &back.state).await;
    assert_eq!((&again.body["id"], &again.body["account"]), (&json!(microsoft), &json!("renamed@work.test")));

    // Somebody else is given the address.
    assert_ne!(providers.connect_google(&client, &mentee).await, google);
}

#[tokio::test]
async fn the_list_of_calendars_is_fetched_once_a_day_and_when_its_user_asks() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentee = world.mentee().await;
    let client = service.signed_in(&world, &mentee).await;
    let id = providers.connect_google(&client, &mentee).await;
    let path = format!("/v1/calendar/connections/{id}");
    let knows = async |name: &str| client.get(&path).await.body["calendars"].to_string().contains(name);
    let read = async || {
        let before = client.get(&path).await.body["synced_at"].clone();
        world.make_due("calendar_syncs").await;
        support::calendars::until(async || client.get(&path).await.body["synced_at"] != before).await;
        // What comes after busy time, too.
        support::calendars::until(async || world.is_idle("calendar_syncs").await).await;
    };
    let listed = || providers.google.calls_to("GET", "/calendarList");
    // What connecting asked for.
    support::calendars::until(async || world.is_idle("calendar_syncs").await && listed() == 2).await;
    providers.google.add_calendar(&mentee.email, Calendar::named("work", "Work"));

    read().await;
    read().await;
    assert_eq!((listed(), knows("Work").await), (2, false));
    world.admin.run("UPDATE convene.calendar_connections SET listed_at = now() - interval '25 hours'").await;
    read().await;
    assert_eq!((listed(), knows("Work").await), (3, true));
    providers.google.add_calendar(&mentee.email, Calendar::named("home", "Home"));
    client.post(&format!("{path}/sync"), json!(null)).await;
    support::calendars::until(async || knows("Home").await).await;
}
