//! Microsoft's own ways.

use std::time::Duration;

use convene_fakes::microsoft::{Calendar, DeltaReset, Event};
use convene_fakes::{Calls, Fault, Faults};
use convene_providers::CallErrorKind;
use convene_providers::calendar::{CalendarFault, Change, ChangeState, Changes, Client, Window};
use futures_util::future::join_all;
use jiff::tz::TimeZone;

use crate::support::{ANN, CALENDAR, at, day, event, grant, microsoft};

async fn changes(client: &Client, token: &str, cursor: Option<&str>) -> Result<Changes, CallErrorKind> {
    let (from, until) = day();
    client.changes(token, CALENDAR, cursor, from, until, &TimeZone::UTC).await.map_err(|error| error.kind)
}

fn present(start: &str, end: &str, busy: bool) -> ChangeState {
    ChangeState::Present { start: at(start), end: at(end), busy }
}

#[tokio::test]
async fn every_refresh_gives_a_new_refresh_token() {
    let (microsoft, client, _) = microsoft().await;
    let first = grant(&client, |url| microsoft.consent(url, ANN).code).await;
    assert_eq!(first.address.as_deref(), Some(ANN));
    assert!(client.missing_scopes(&first.scopes).is_empty());
    let old = first.refresh_token.unwrap();

    let second = client.refresh(old.reveal()).await.unwrap();
    let new = second.refresh_token.unwrap();
    assert_ne!(new, old);
    assert_eq!(client.calendars(second.access_token.reveal()).await.unwrap().len(), 1);

    microsoft.require_interaction(ANN);
    let error = client.refresh(new.reveal()).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Reconnect, "400 interaction_required"));
    assert!(error.message.ends_with("(AADSTS50076)"), "{}", error.message);

    microsoft.revoke(ANN);
    let error = client.refresh(new.reveal()).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Reconnect, "400 invalid_grant"));
    assert_eq!(client.revoke(new.reveal()).await, Ok(()));
}

#[tokio::test]
async fn calendars_come_in_pages() {
    let (microsoft, client, token) = microsoft().await;
    microsoft.add_calendar(ANN, Calendar { can_edit: false, ..Calendar::named("holidays", "Holidays") });
    microsoft.set_page_size(1);
    let calendars = client.calendars(&token).await.unwrap();
    let seen: Vec<_> = calendars.iter().map(|one| (one.id.as_str(), one.is_primary, one.can_write)).collect();
    assert_eq!(seen, [(CALENDAR, true, true), ("holidays", false, false)]);
}

#[tokio::test]
async fn calendars_of_others_are_not_offered() {
    let (microsoft, client, token) = microsoft().await;
    let boss = Calendar { owner: Some("boss@example.org".to_owned()), ..Calendar::named("boss", "The boss") };
    microsoft.add_calendar(ANN, boss);
    microsoft.add_calendar(ANN, Calendar::named("more", "More"));
    let calendars = client.calendars(&token).await.unwrap();
    let ids: Vec<_> = calendars.iter().map(|calendar| calendar.id.as_str()).collect();
    assert_eq!(ids, [CALENDAR, "more"]);
}

#[tokio::test]
async fn an_account_is_the_same_whatever_its_address_is() {
    let (microsoft, client, _) = microsoft().await;
    let first = grant(&client, |url| microsoft.consent(url, ANN).code).await;
    microsoft.set_address(ANN, "ann@elsewhere.example");
    let second = grant(&client, |url| microsoft.consent(url, ANN).code).await;
    assert_eq!(second.address.as_deref(), Some("ann@elsewhere.example"));
    assert!(first.subject.is_some() && first.subject == second.subject, "{first:?} {second:?}");
}

#[tokio::test]
async fn an_event_is_found_again_in_whatever_calendar_its_owner_put_it() {
    let (microsoft, client, token) = microsoft().await;
    microsoft.add_calendar(ANN, Calendar::named("work", "Work"));
    let event = event("09:00", "10:00");
    let id = client.put(&token, CALENDAR, None, &event).await.unwrap().id;
    microsoft.move_to_calendar(ANN, &id, "work");
    let moved = convene_providers::calendar::Event { start: at("11:00"), end: at("12:00"), ..event };
    assert_eq!(client.put(&token, CALENDAR, Some(&id), &moved).await.unwrap().id, id);
    assert_eq!(microsoft.events(ANN, "work")[0].start, at("11:00"));
    client.remove(&token, CALENDAR, Some(&id), &moved).await.unwrap();
    assert_eq!(microsoft.events(ANN, "work"), []);
}

#[tokio::test]
async fn who_works_elsewhere_is_free_and_texts_and_times_are_as_graph_takes_them() {
    let (microsoft, client, token) = microsoft().await;
    let elsewhere = Event { show_as: "workingElsewhere".to_owned(), ..Event::between(at("12:00"), at("13:00")) };
    microsoft.add_event(ANN, CALENDAR, elsewhere);
    let nanosecond = jiff::SignedDuration::from_nanos(1);
    let (from, until) = (day().0 + nanosecond, day().1 + nanosecond);
    let all = client.busy(&token, &[CALENDAR.to_owned()], from, until, &TimeZone::UTC).await.unwrap();
    assert_eq!(all[0].outcome, Ok(vec![]));
    client.changes(&token, CALENDAR, None, from, until, &TimeZone::UTC).await.unwrap();

    let long = convene_providers::calendar::Event {
        title: "Ann and Bob and everybody else ".repeat(20),
        location: Some(format!("https://meet.example/{}", "a".repeat(300))),
        start: at("09:00") + nanosecond,
        ..event("09:00", "10:00")
    };
    let written = client.put(&token, CALENDAR, None, &long).await.unwrap();
    assert_eq!(client.put(&token, CALENDAR, None, &long).await.unwrap().id, written.id);
    let seen = &microsoft.events(ANN, CALENDAR)[0];
    assert!(seen.subject.starts_with("Ann and Bob") && seen.subject.ends_with('…'), "{}", seen.subject);
    assert_eq!((seen.location.as_str(), seen.start), ("", at("09:00")));
    assert_eq!(microsoft.calls_to("PATCH", "/events/{event}"), 0, "the second time it is as wanted");
}

#[tokio::test]
async fn free_and_cancelled_events_are_not_busy_and_a_missing_calendar_is_not_free() {
    let (microsoft, client, token) = microsoft().await;
    microsoft.set_page_size(1);
    microsoft.add_busy(ANN, CALENDAR, at("09:00"), at("10:00"));
    microsoft.add_busy(ANN, CALENDAR, at("09:30"), at("10:30"));
    let free = Event { show_as: "free".to_owned(), ..Event::between(at("12:00"), at("13:00")) };
    microsoft.add_event(ANN, CALENDAR, free);
    let cancelled = microsoft.add_busy(ANN, CALENDAR, at("14:00"), at("15:00"));
    microsoft.cancel_event(ANN, &cancelled);
    let (from, until) = day();
    let calendars = [CALENDAR.to_owned(), "never/was".to_owned()];
    let all = client.busy(&token, &calendars, from, until, &TimeZone::UTC).await.unwrap();
    assert_eq!(all[0].outcome, Ok(vec![Window { start: at("09:00"), end: at("10:30") }]));
    let fault = CalendarFault { kind: CallErrorKind::Gone, code: "404 ErrorItemNotFound".to_owned() };
    assert_eq!(all[1].outcome, Err(fault));
}

#[tokio::test]
async fn whole_days_are_where_the_owner_is() {
    let (microsoft, client, token) = microsoft().await;
    let (midnight, next) = (at("00:00"), "2027-03-02T00:00:00Z".parse().unwrap());
    microsoft.add_event(ANN, CALENDAR, Event { is_all_day: true, ..Event::between(midnight, next) });
    let (from, until) = day();
    let zone = TimeZone::get("America/New_York").unwrap();
    let all = client.busy(&token, &[CALENDAR.to_owned()], from, until, &zone).await.unwrap();
    let window = Window { start: at("05:00"), end: "2027-03-02T05:00:00Z".parse().unwrap() };
    assert_eq!(all[0].outcome, Ok(vec![window]));
}

#[tokio::test]
async fn changes_come_in_pages_and_go_on_from_a_cursor() {
    let (microsoft, client, token) = microsoft().await;
    microsoft.set_page_size(1);
    let first = microsoft.add_busy(ANN, CALENDAR, at("09:00"), at("10:00"));
    let second = microsoft.add_busy(ANN, CALENDAR, at("11:00"), at("12:00"));
    let all = changes(&client, &token, None).await.unwrap();
    let states: Vec<_> = all.events.iter().map(|event| event.state).collect();
    assert_eq!(states, [present("09:00", "10:00", true), present("11:00", "12:00", true)]);

    microsoft.delete_event(ANN, &first);
    microsoft.move_event(ANN, &second, at("13:00"), at("14:00"));
    let news = changes(&client, &token, Some(&all.cursor)).await.unwrap();
    assert_eq!(
        news.events,
        [
            Change { id: first, state: ChangeState::Gone },
            Change { id: second.clone(), state: present("13:00", "14:00", true) },
        ]
    );

    microsoft.cancel_event(ANN, &second);
    let news = changes(&client, &token, Some(&news.cursor)).await.unwrap();
    assert_eq!(news.events, [Change { id: second, state: ChangeState::Gone }]);
}

#[tokio::test]
async fn a_delta_that_was_reset_says_so_and_all_can_be_had_anew() {
    for how in [DeltaReset::Gone, DeltaReset::BadRequest] {
        let (microsoft, client, token) = microsoft().await;
        microsoft.add_busy(ANN, CALENDAR, at("09:00"), at("10:00"));
        let cursor = changes(&client, &token, None).await.unwrap().cursor;
        microsoft.reset_deltas(how);
        assert_eq!(changes(&client, &token, Some(&cursor)).await.unwrap_err(), CallErrorKind::CursorExpired);
        assert_eq!(changes(&client, &token, None).await.unwrap().events.len(), 1);
    }
}

#[tokio::test]
async fn a_cursor_that_leads_elsewhere_is_not_followed() {
    let (_, client, token) = microsoft().await;
    let (elsewhere, _, _) = microsoft().await;
    let cursor = format!("{}/v1.0/me/calendars/{CALENDAR}/calendarView/delta?$deltatoken=x", elsewhere.url());
    assert_eq!(changes(&client, &token, Some(&cursor)).await.unwrap_err(), CallErrorKind::CursorExpired);
    assert_eq!(elsewhere.calls(), []);
}

#[tokio::test]
async fn throttling_says_when_to_come_back() {
    let (microsoft, client, token) = microsoft().await;
    let faults = Faults::none().retry_after(Duration::from_secs(17));
    microsoft.set_faults(faults.next(1, Calls::any(), Fault::RateLimited));
    let error = client.put(&token, CALENDAR, None, &event("09:00", "10:00")).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Retry { after: Some(Duration::from_secs(17)) });
    assert_eq!(error.code, "429 ApplicationThrottled");
}

#[tokio::test]
async fn a_mailbox_takes_four_calls_at_once_and_others_come_later() {
    let (microsoft, client, token) = microsoft().await;
    let slow = Fault::Late(Duration::from_millis(300)..Duration::from_millis(301));
    microsoft.set_faults(Faults::none().share(1.0, Calls::any(), slow));
    let outcomes = join_all((0..8).map(|_| client.calendars(&token))).await;
    let (good, bad): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (4, 4));
    let after = Some(Duration::from_secs(1));
    assert!(bad.into_iter().all(|outcome| outcome.unwrap_err().kind == CallErrorKind::Retry { after }));
}

#[tokio::test]
async fn one_call_of_ours_is_one_call_at_a_time() {
    let (microsoft, client, token) = microsoft().await;
    let names: Vec<String> = (0..6).map(|number| format!("calendar-{number}")).collect();
    for name in &names {
        microsoft.add_calendar(ANN, Calendar::named(name, name));
    }
    let (from, until) = day();
    let all = client.busy(&token, &names, from, until, &TimeZone::UTC).await.unwrap();
    assert!(all.iter().all(|one| one.outcome == Ok(vec![])));
    assert_eq!(microsoft.most_open_calls(ANN), 1);
}

mod push {
    use axum::Router;
    use axum::extract::Query;
    use convene_providers::calendar::Channel;
    use uuid::Uuid;

    use super::*;

    /// Answers Graph's handshake.
    async fn receiver() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/push", listener.local_addr().unwrap());
        let echo = |Query(query): Query<std::collections::HashMap<String, String>>| async move {
            query.get("validationToken").cloned().unwrap_or_default()
        };
        let router = Router::new().route("/push", axum::routing::post(echo));
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    #[tokio::test]
    async fn a_subscription_is_opened_and_closed_and_may_be_closed_twice() {
        let (microsoft, client, token) = microsoft().await;
        microsoft.add_calendar(ANN, Calendar::named("a/b=", "Odd"));
        let channel = Channel {
            id: Uuid::new_v4(),
            secret: "of the channel".to_owned(),
            address: receiver().await,
            expires_in: Duration::from_secs(30 * 86_400),
        };
        let watched = client.watch(&token, "a/b=", &channel).await.unwrap().unwrap();
        let open = &microsoft.subscriptions()[0];
        assert_eq!(open.resource, "me/calendars/a%2Fb=/events");
        assert_eq!(open.client_state.as_deref(), Some("of the channel"));
        assert_eq!(open.lifecycle_url.as_ref(), Some(&channel.address));
        assert_eq!((&watched.id, watched.expires_at), (&open.id, open.expires_at));
        for _ in 0..2 {
            client.unwatch(&token, &watched.id, None).await.unwrap();
            assert!(microsoft.subscriptions().is_empty());
        }
    }
}
