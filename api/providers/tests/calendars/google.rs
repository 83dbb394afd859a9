//! Google's own ways.

use std::time::Duration;

use convene_fakes::google::{Calendar, Event, Role};
use convene_fakes::{Calls, Fault, Faults};
use convene_providers::CallErrorKind;
use convene_providers::calendar::{Busy, CalendarFault, Change, ChangeState, Changes, Channel, Client, Window};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::support::{ANN, at, day, event, google, google_client, grant};

const LATER: CallErrorKind = CallErrorKind::Retry { after: None };

async fn changes(client: &Client, token: &str, cursor: Option<&str>) -> Result<Changes, CallErrorKind> {
    let (from, until) = day();
    client.changes(token, ANN, cursor, from, until, &TimeZone::UTC).await.map_err(|error| error.kind)
}

async fn busy(client: &Client, token: &str, calendars: &[&str], from: Timestamp, until: Timestamp) -> Vec<Busy> {
    let calendars: Vec<String> = calendars.iter().map(|&id| id.to_owned()).collect();
    client.busy(token, &calendars, from, until, &TimeZone::UTC).await.unwrap()
}

fn window(start: &str, end: &str) -> Window {
    Window { start: at(start), end: at(end) }
}

#[tokio::test]
async fn a_consent_is_worth_tokens_until_it_is_taken_back() {
    let (google, client, _) = google().await;
    let first = grant(&client, |url| google.consent(url, ANN).code).await;
    assert_eq!(first.address.as_deref(), Some(ANN));
    assert!(client.missing_scopes(&first.scopes).is_empty());
    let refresh_token = first.refresh_token.unwrap();

    // The refresh token stays as it is.
    let second = client.refresh(refresh_token.reveal()).await.unwrap();
    assert!(second.refresh_token.is_none());
    assert_eq!(client.calendars(second.access_token.reveal()).await.unwrap().len(), 1);

    client.revoke(refresh_token.reveal()).await.unwrap();
    client.revoke(refresh_token.reveal()).await.unwrap();
    let error = client.refresh(refresh_token.reveal()).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Reconnect, "400 invalid_grant"));
    let error = client.calendars(second.access_token.reveal()).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unauthorized);
}

#[tokio::test]
async fn an_account_is_the_same_whatever_its_address_is() {
    let (google, client, _) = google().await;
    let first = grant(&client, |url| google.consent(url, ANN).code).await;
    google.set_address(ANN, "ann@elsewhere.example");
    let second = grant(&client, |url| google.consent(url, ANN).code).await;
    assert_eq!(second.address.as_deref(), Some("ann@elsewhere.example"));
    assert!(first.subject.is_some() && first.subject == second.subject, "{first:?} {second:?}");
    google.add_account(ANN);
    let other = grant(&client, |url| google.consent(url, ANN).code).await;
    assert_ne!(other.subject, first.subject, "another account with the address of the first");
}

#[tokio::test]
async fn an_event_says_what_was_written_though_its_description_is_html() {
    let (google, client, token) = google().await;
    let description = "if a < b && b > c\n<b>then</b> &amp; so on".to_owned();
    let event = convene_providers::calendar::Event { description: description.clone(), ..event("09:00", "10:00") };
    client.put(&token, ANN, None, &event).await.unwrap();
    client.put(&token, ANN, None, &event).await.unwrap();
    assert_eq!(google.events(ANN, ANN)[0].description, description);
    assert_eq!(google.calls_to("PATCH", "/events/{event}"), 0, "the second time it is as wanted");
    let long = convene_providers::calendar::Event { description: "<&>".repeat(4000), ..event };
    client.put(&token, ANN, Some(&google.events(ANN, ANN)[0].id), &long).await.unwrap();
    let seen = google.events(ANN, ANN)[0].description.clone();
    assert!(seen.starts_with("<&><&>") && seen.ends_with('…'), "{seen}");
}

#[tokio::test]
async fn a_calendar_that_is_trusted_to_somebody_is_written_to() {
    let (google, client, token) = google().await;
    let desk = Calendar { role: Role::WriterWithoutPrivateAccess, ..Calendar::named("desk", "The desk") };
    google.add_calendar(ANN, desk);
    let calendars = client.calendars(&token).await.unwrap();
    assert!(calendars.iter().any(|calendar| calendar.id == "desk" && calendar.can_write));
    client.put(&token, "desk", None, &event("09:00", "10:00")).await.unwrap();
    assert_eq!(google.events(ANN, "desk").len(), 1);
}

#[tokio::test]
async fn a_calendar_that_cannot_be_watched_is_no_error() {
    let (google, client, token) = google().await;
    google.add_calendar(ANN, Calendar { is_watchable: false, ..Calendar::named("holidays", "Holidays") });
    let channel = Channel {
        id: Uuid::new_v4(),
        secret: "of the channel".to_owned(),
        address: "http://127.0.0.1:9/push".to_owned(),
        expires_in: Duration::from_secs(3600),
    };
    assert_eq!(client.watch(&token, "holidays", &channel).await, Ok(None));
}

#[tokio::test]
async fn a_code_is_good_once_and_with_its_verifier_only() {
    let (google, client, _) = google().await;
    let pkce = convene_providers::calendar::Pkce::new().unwrap();
    let code = google.consent(&client.authorize_url("s", &pkce.challenge), ANN).code;
    assert_eq!(client.exchange(&code, &"x".repeat(43)).await.unwrap_err().kind, CallErrorKind::Reconnect);
    assert_eq!(client.exchange(&code, pkce.verifier.reveal()).await.unwrap_err().kind, CallErrorKind::Reconnect);
}

#[tokio::test]
async fn scopes_that_were_unticked_are_missing() {
    let (google, client, _) = google().await;
    let ticked = ["openid", "email", "https://www.googleapis.com/auth/calendar.events"];
    let granted = grant(&client, |url| google.consent_to(url, ANN, &ticked).code).await;
    assert_eq!(client.missing_scopes(&granted.scopes).len(), 2);
}

#[tokio::test]
async fn calendars_come_in_pages() {
    let (google, client, token) = google().await;
    google.add_calendar(ANN, Calendar { time_zone: "Europe/Vienna".to_owned(), ..Calendar::named("team", "Team") });
    google.add_calendar(ANN, Calendar { role: Role::Reader, ..Calendar::named("read", "Read") });
    google.set_page_size(1);
    let calendars = client.calendars(&token).await.unwrap();
    let seen: Vec<_> = calendars.iter().map(|one| (one.name.as_str(), one.is_primary, one.can_write)).collect();
    assert_eq!(seen, [(ANN, true, true), ("Team", false, true), ("Read", false, false)]);
    assert_eq!(calendars[1].time_zone.as_deref(), Some("Europe/Vienna"));
}

#[tokio::test]
async fn a_calendar_that_fails_inside_a_good_answer_is_not_free() {
    let (google, client, token) = google().await;
    google.add_calendar(ANN, Calendar::named("team", "Team"));
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    google.break_calendar(ANN, "team", "internalError");
    let (from, until) = day();
    let all = busy(&client, &token, &[ANN, "team", "never"], from, until).await;
    let fault = |kind, code: &str| Err(CalendarFault { kind, code: code.to_owned() });
    assert_eq!(
        all.into_iter().map(|one| one.outcome).collect::<Vec<_>>(),
        [Ok(vec![window("09:00", "10:00")]), fault(LATER, "internalError"), fault(CallErrorKind::Gone, "notFound")]
    );
}

#[tokio::test]
async fn half_a_year_of_sixty_calendars_is_asked_for_in_parts() {
    let (google, client, token) = google().await;
    let names: Vec<String> = (0..60).map(|number| format!("calendar-{number}")).collect();
    for name in &names {
        google.add_calendar(ANN, Calendar::named(name, name));
    }
    let until = "2027-08-28T00:00:00Z".parse().unwrap();
    // Over the end of the first sixty days.
    let (start, end) = ("2027-04-29T12:00:00Z".parse().unwrap(), "2027-04-30T12:00:00Z".parse().unwrap());
    google.add_busy(ANN, &names[55], start, end);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = busy(&client, &token, &names, at("00:00"), until).await;
    assert_eq!(all.len(), 60);
    assert_eq!(all[55].outcome, Ok(vec![Window { start, end }]));
    assert!(all.iter().filter(|one| one.outcome == Ok(vec![])).count() == 59);
    assert_eq!(google.calls_to("POST", "/freeBusy"), 6);
}

#[tokio::test]
async fn an_empty_time_is_not_asked_for() {
    let (google, client, token) = google().await;
    let all = busy(&client, &token, &[ANN], at("10:00"), at("09:00")).await;
    assert_eq!(all[0].outcome, Ok(vec![]));
    assert_eq!(google.calls_to("POST", "/freeBusy"), 0);
}

#[tokio::test]
async fn changes_come_in_pages_and_go_on_from_a_cursor() {
    let (google, client, token) = google().await;
    google.set_page_size(1);
    let first = google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    let free = Event { is_transparent: true, ..Event::between(at("11:00"), at("12:00")) };
    google.add_event(ANN, ANN, free);
    let all = changes(&client, &token, None).await.unwrap();
    let mut busy: Vec<_> = all
        .events
        .iter()
        .map(|event| match event.state {
            ChangeState::Present { start, busy, .. } => (start, busy),
            ChangeState::Gone => panic!("nothing is gone"),
        })
        .collect();
    busy.sort_unstable();
    assert_eq!(busy, [(at("09:00"), true), (at("11:00"), false)]);

    assert_eq!(changes(&client, &token, Some(&all.cursor)).await.unwrap().events, []);
    google.delete_event(ANN, ANN, &first);
    let news = changes(&client, &token, Some(&all.cursor)).await.unwrap();
    assert_eq!(news.events, [Change { id: first, state: ChangeState::Gone }]);
}

#[tokio::test]
async fn whole_days_are_where_the_calendar_is() {
    let (google, client, token) = google().await;
    let primary = Calendar { is_primary: true, time_zone: "Asia/Tokyo".to_owned(), ..Calendar::named(ANN, ANN) };
    google.add_calendar(ANN, primary);
    google.add_days(ANN, ANN, "2027-03-01".parse().unwrap(), "2027-03-01".parse().unwrap());
    let all = changes(&client, &token, None).await.unwrap();
    let (start, end) = ("2027-02-28T15:00:00Z".parse().unwrap(), "2027-03-01T15:00:00Z".parse().unwrap());
    assert_eq!(all.events[0].state, ChangeState::Present { start, end, busy: true });
}

#[tokio::test]
async fn an_expired_cursor_says_so_and_all_can_be_had_anew() {
    let (google, client, token) = google().await;
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    let cursor = changes(&client, &token, None).await.unwrap().cursor;
    google.expire_sync_tokens(ANN, ANN);
    assert_eq!(changes(&client, &token, Some(&cursor)).await.unwrap_err(), CallErrorKind::CursorExpired);
    assert_eq!(changes(&client, &token, Some("nonsense")).await.unwrap_err(), CallErrorKind::CursorExpired);
    assert_eq!(changes(&client, &token, None).await.unwrap().events.len(), 1);
}

#[tokio::test]
async fn limits_and_outages_are_for_later() {
    let (google, client, token) = google().await;
    for fault in [Fault::RateLimited, Fault::Status(503), Fault::Hangup, Fault::LostAnswer] {
        google.set_faults(Faults::none().next(1, Calls::any(), fault.clone()));
        assert_eq!(client.calendars(&token).await.unwrap_err().kind, LATER, "{fault:?}");
    }
    google.expire_access_tokens(ANN);
    assert_eq!(client.calendars(&token).await.unwrap_err().kind, CallErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_for_later_and_errors_name_nobody() {
    let nobody = convene_fakes::Google::start().await;
    let client = google_client(&nobody);
    nobody.set_faults(Faults::down());
    let error = client.conference("hunter2", ANN, "secret-id").await.unwrap_err();
    assert_eq!(error.kind, LATER);
    let text = format!("{error:?} {error}");
    assert!(!text.contains("hunter2") && !text.contains(ANN) && !text.contains("secret-id"), "{text}");
}

#[tokio::test]
async fn a_channel_is_opened_and_closed_and_may_be_closed_twice() {
    let (google, client, token) = google().await;
    let channel = Channel {
        id: Uuid::new_v4(),
        secret: "of the channel".to_owned(),
        address: "http://127.0.0.1:9/push".to_owned(),
        expires_in: Duration::from_secs(3600),
    };
    let watched = client.watch(&token, ANN, &channel).await.unwrap().unwrap();
    let open = &google.channels()[0];
    assert_eq!((&open.id, open.token.as_deref()), (&channel.id.to_string(), Some("of the channel")));
    assert_eq!((&watched.id, &watched.resource_id), (&open.id, &Some(open.resource_id.clone())));
    assert_eq!(watched.expires_at.as_millisecond(), open.expires_at.as_millisecond());
    for _ in 0..2 {
        client.unwatch(&token, &watched.id, watched.resource_id.as_deref()).await.unwrap();
        assert!(google.channels().is_empty());
    }
}
