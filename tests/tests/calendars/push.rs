//! Providers that push.

use convene_fakes::Pushes;
use convene_fakes::google::Calendar;
use reqwest::Method;
use serde_json::json;
use support::calendars::{Providers, until};
use support::metrics::Metrics;
use support::{Reply, Service, World, days, minutes};
use uuid::Uuid;

/// A port that is free now, for a service whose own address must be known before it starts.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn what_a_provider_pushes_is_read_within_seconds() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let address = free_address();
    let public = format!("http://{address}");
    let mut settings = providers.settings();
    settings.push(("CONVENE_PUBLIC_URL", public));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let service = Service::start_at(&address, &world.database, &settings).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    providers.connect_google(&service.signed_in(&world, &mentor).await, &mentor).await;
    providers.connect_microsoft(&service.signed_in(&world, &mentee).await, &mentee).await;
    until(async || !providers.google.channels().is_empty() && !providers.microsoft.subscriptions().is_empty()).await;
    let (one, other) = (world.slot(&mentor, days(2)).await, world.slot(&mentor, days(3)).await);

    providers.google.add_busy(&mentor.email, &mentor.email, one.start, one.start + minutes(30));
    providers.microsoft.add_busy(&mentee.email, "calendar", other.start, other.start + minutes(30));

    until(async || world.reasons(&mentee, &one).await == ["MENTOR_CALENDAR_CONFLICT"]).await;
    until(async || world.reasons(&mentee, &other).await == ["CALENDAR_CONFLICT"]).await;
}

#[tokio::test]
async fn a_calendar_that_cannot_be_watched_stops_no_other_and_is_not_asked_again() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service_with(&world, &[("CONVENE_PUBLIC_URL", "http://127.0.0.1:9")]).await;
    let mentor = world.mentor().await;
    let client = service.signed_in(&world, &mentor).await;
    providers.google.add_account(&mentor.email);
    for name in ["a-holidays", "z-work"] {
        let calendar = Calendar { is_watchable: name == "z-work", ..Calendar::named(name, name) };
        providers.google.add_calendar(&mentor.email, calendar);
    }
    let id = providers.connect_google_again(&client, &mentor).await;
    let choice = json!({ "read": ["a-holidays", "z-work", mentor.email], "write": mentor.email });
    assert_eq!(client.put(&format!("/v1/calendar/connections/{id}/calendars"), choice).await.status, 200);
    until(async || providers.google.channels().len() == 2).await;
    let watched: Vec<String> = providers.google.channels().into_iter().map(|channel| channel.calendar).collect();
    assert!(watched.contains(&"z-work".to_owned()) && watched.contains(&mentor.email), "{watched:?}");

    until(async || world.is_idle("calendar_syncs").await).await;
    let refused = || providers.google.calls().iter().filter(|call| call.path.contains("holidays/events/watch")).count();
    assert_eq!(refused(), 1);
    for (wait, asked) in [("2 hours", 1), ("7 days", 2)] {
        world
            .admin
            .run(&format!("UPDATE convene.calendar_channels SET expires_at = expires_at - interval '{wait}'"))
            .await;
        world.make_due("calendar_syncs").await;
        until(async || world.is_idle("calendar_syncs").await).await;
        assert_eq!(refused(), asked, "after {wait}");
    }
}

#[tokio::test]
async fn a_push_with_another_token_reads_nothing_and_tells_nothing() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service_with(&world, &[("CONVENE_WORKERS", "false")]).await;
    let mentor = world.mentor().await;
    providers.google.set_pushes(Pushes::ByHand);
    let id = providers.connect_google(&service.signed_in(&world, &mentor).await, &mentor).await;
    let channel =
        "INSERT INTO convene.calendar_channels (org_id, id, connection_id, calendar_id, secret_hash, remote_id)
        VALUES ($1, convene.new_id($1), $2, 'primary', sha256('the secret'), 'sub-1') RETURNING id";
    let channel: Uuid = world.admin.value(channel, &[&world.org.id, &id]).await;
    let not_due = "UPDATE convene.work_items SET due_at = now() + interval '1 hour' WHERE queue = 'calendar_syncs'";
    world.admin.run(not_due).await;
    let is_due = async || {
        let sql = "SELECT due_at <= now() FROM convene.work_items WHERE queue = 'calendar_syncs'";
        world.admin.value::<bool>(sql, &[]).await
    };
    let google = async |token: &str| {
        let request = service.anonymous().request(Method::POST, "/v1/webhooks/calendar/google");
        let request = request.header("X-Goog-Channel-ID", channel.to_string()).header("X-Goog-Channel-Token", token);
        Reply::of(request.header("X-Goog-Resource-State", "exists")).await.status
    };
    let microsoft = async |state: &str| {
        let body = json!({ "value": [{ "subscriptionId": "sub-1", "clientState": state, "changeType": "updated" }] });
        service.anonymous().post("/v1/webhooks/calendar/microsoft", body).await.status
    };

    assert_eq!((google("a guess").await, is_due().await), (204, false));
    assert_eq!((microsoft("a guess").await, is_due().await), (202, false));
    assert_eq!((google("the secret").await, is_due().await), (204, true));
    world.admin.run(not_due).await;
    assert_eq!((microsoft("the secret").await, is_due().await), (202, true));
}

/// A connected calendar whose channels have these ids at Microsoft, and one secret.
async fn watched(world: &World, providers: &Providers, service: &Service, remote_ids: &[&str]) -> Vec<Uuid> {
    let mentor = world.mentor().await;
    providers.google.set_pushes(Pushes::ByHand);
    let connection = providers.connect_google(&service.signed_in(world, &mentor).await, &mentor).await;
    let mut channels = Vec::new();
    for remote_id in remote_ids {
        let sql =
            "INSERT INTO convene.calendar_channels (org_id, id, connection_id, calendar_id, secret_hash, remote_id)
            VALUES ($1, convene.new_id($1), $2, $3, sha256('the secret'), $3) RETURNING id";
        channels.push(world.admin.value(sql, &[&world.org.id, &connection, remote_id]).await);
    }
    channels
}

async fn google_pushes(service: &Service, channel: Uuid, token: &str) -> u16 {
    let request = service.anonymous().request(Method::POST, "/v1/webhooks/calendar/google");
    let request = request.header("X-Goog-Channel-ID", channel.to_string()).header("X-Goog-Channel-Token", token);
    Reply::of(request.header("X-Goog-Resource-State", "exists")).await.status
}

#[tokio::test]
async fn a_notification_of_many_entries_is_one_call_and_has_an_end() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service_with(&world, &[("CONVENE_WORKERS", "false")]).await;
    watched(&world, &providers, &service, &["sub-1", "sub-2"]).await;
    let entry = |id: usize| json!({ "subscriptionId": format!("sub-{}", id % 3), "clientState": "the secret" });
    let notify = async |entries: usize| {
        let value: Vec<_> = (0..entries).map(entry).collect();
        service.anonymous().post("/v1/webhooks/calendar/microsoft", json!({ "value": value })).await
    };
    let calls = async || {
        let text = service.operator().get("/metrics").await.body;
        let function = [("db_stored_procedure_name", "calendar_changed")];
        Metrics::read(text.as_str().unwrap()).get("db_client_operation_duration_seconds_count", &function)
    };

    assert_eq!(notify(1000).await.status, 202);

    assert_eq!(calls().await, Some(1.0));
    assert_eq!(notify(1001).await.outcome(), (400, "VALIDATION_ERROR"));
    assert_eq!(calls().await, Some(1.0));
}

#[tokio::test]
async fn what_is_pushed_with_its_secret_counts_for_its_calendar_and_all_else_for_its_sender() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let settings =
        [("CONVENE_WORKERS", "false"), ("CONVENE_RATE_LIMIT_PUSH", "3/1h"), ("CONVENE_RATE_LIMIT_PUBLIC", "2/1h")];
    let service = providers.service_with(&world, &settings).await;
    let channels = watched(&world, &providers, &service, &["sub-1", "sub-2"]).await;
    let push = async |nth: usize, token: &str| google_pushes(&service, channels[nth], token).await;
    for channel in [0, 1] {
        for status in [204, 204, 204, 204, 429] {
            assert_eq!(push(channel, "the secret").await, status, "channel {channel}");
        }
    }

    let guesses = [push(0, "a guess").await, push(1, "a guess").await];

    // The limit of a calendar is said of it, whoever asks; guessing costs the guesser.
    assert_eq!(guesses, [429, 429]);
    let other = Uuid::new_v4();
    let guess = async || google_pushes(&service, other, "a guess").await;
    assert_eq!([guess().await, guess().await, guess().await], [204, 204, 429]);
}

#[tokio::test]
async fn the_handshake_of_a_subscription_is_answered_in_plain_text() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let path = "/v1/webhooks/calendar/microsoft?validationToken=Validation%3A%20Testing%3Cb%3E";
    let reply = Reply::of(service.anonymous().request(Method::POST, path)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/plain"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.body, "Validation: Testing<b>");
    let garbage = service.anonymous().post("/v1/webhooks/calendar/microsoft", json!({ "value": 7 })).await;
    assert_eq!(garbage.outcome(), (400, "VALIDATION_ERROR"));
}

#[tokio::test]
async fn workers_are_woken_and_find_what_they_were_not_woken_for() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let mentor = world.mentor().await;
    let client = service.signed_in(&world, &mentor).await;
    let id = providers.connect_google(&client, &mentor).await;
    let listening = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'convene listen'";
    until(async || world.admin.value::<i64>(listening, &[]).await == 1).await;
    let read_within = async |patience: std::time::Duration| {
        let asked = jiff::Timestamp::now();
        client.post(&format!("/v1/calendar/connections/{id}/sync"), json!(null)).await;
        let deadline = std::time::Instant::now() + patience;
        let read = "SELECT synced_at > $1 FROM convene.calendar_connections";
        while !world.admin.value::<bool>(read, &[&asked]).await {
            assert!(std::time::Instant::now() < deadline, "not read within {patience:?}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };

    read_within(std::time::Duration::from_secs(3)).await;
    world
        .admin
        .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'convene listen' AND datname = current_database()")
        .await;
    read_within(std::time::Duration::from_secs(15)).await;
    until(async || world.admin.value::<i64>(listening, &[]).await == 1).await;
}
