//! What goes wrong with any call; the fakes share it.

use std::time::{Duration, Instant};

use convene_fakes::{Call, Calls, Fault, Faults};
use reqwest::Method;

use super::{ANN, EVENTS, connected, event};
use crate::http::Http;

async fn statuses(http: &Http, calls: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..calls {
        statuses.push(http.get(EVENTS).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_share_of_the_calls_fails_and_the_same_ones_again_for_the_same_seed() {
    let (google, http) = connected().await;
    let faults = |seed| Faults::none().seeded(seed).share(0.3, Calls::any(), Fault::Status(503));
    google.set_faults(faults(5));
    let first = statuses(&http, 40).await;
    let failed = first.iter().filter(|status| **status == 503).count();
    assert!((5..20).contains(&failed), "{failed} of 40");
    google.set_faults(faults(5));
    assert_eq!(statuses(&http, 40).await, first);
    google.set_faults(faults(6));
    assert_ne!(statuses(&http, 40).await, first);
}

#[tokio::test]
async fn the_next_call_fails_and_the_one_after_does_not() {
    let (google, http) = connected().await;
    google.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::Status(500)));
    assert_eq!(http.get(EVENTS).await.status, 200);
    let failed = http.post(EVENTS, &event("09:00", "10:00")).await;
    assert_eq!((failed.status, failed.reason()), (500, "backendError"));
    assert!(google.events(ANN, ANN).is_empty());
    assert_eq!(http.post(EVENTS, &event("09:00", "10:00")).await.status, 200);
}

#[tokio::test]
async fn an_answer_is_lost_after_the_work_was_done() {
    let (google, http) = connected().await;
    google.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::LostAnswer));
    let lost = http.try_send(http.request(Method::POST, EVENTS).json(&event("09:00", "10:00"))).await;
    assert!(lost.is_none());
    assert_eq!(google.events(ANN, ANN).len(), 1);
    google.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::HiddenAnswer));
    assert_eq!(http.post(EVENTS, &event("09:00", "10:00")).await.status, 500);
    assert_eq!(google.events(ANN, ANN).len(), 2);
}

#[tokio::test]
async fn a_rate_limit_is_403_and_says_not_when_to_come_back() {
    let (google, http) = connected().await;
    google.set_faults(Faults::none().next(1, Calls::any(), Fault::RateLimited));
    let limited = http.get(EVENTS).await;
    assert_eq!((limited.status, limited.reason(), limited.retry_after.clone()), (403, "rateLimitExceeded", None));
}

#[tokio::test]
async fn answers_come_late() {
    let (google, http) = connected().await;
    let delay = Duration::from_millis(40)..Duration::from_millis(60);
    google.set_faults(Faults::none().share(1.0, Calls::any(), Fault::Late(delay)));
    let asked = Instant::now();
    assert_eq!(http.get(EVENTS).await.status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(40));
}

#[tokio::test]
async fn what_is_down_answers_nobody_until_it_is_back() {
    let (google, http) = connected().await;
    google.set_faults(Faults::down());
    assert!(http.try_send(http.request(Method::GET, EVENTS)).await.is_none());
    google.set_faults(Faults::none());
    assert_eq!(http.get(EVENTS).await.status, 200);
}

#[tokio::test]
async fn calls_are_counted_by_route_and_by_how_many_a_mailbox_had_open() {
    let (google, http) = connected().await;
    google.forget_calls();
    let delay = Duration::from_millis(50)..Duration::from_millis(50);
    google.set_faults(Faults::none().share(1.0, Calls::any(), Fault::Late(delay)));
    let path = format!("{EVENTS}/nothing");
    tokio::join!(http.get(&path), http.get(&path), http.get(&path));
    google.set_faults(Faults::down());
    http.try_send(http.request(Method::DELETE, &path)).await;
    assert_eq!((google.calls_to("GET", "/events/{event}"), google.calls_to("GET", "/events")), (3, 0));
    assert_eq!(google.most_open_calls(ANN), 3);
    let cut = Call {
        method: "DELETE".into(),
        route: "/calendar/v3/calendars/{calendar}/events/{event}".into(),
        path,
        mailbox: Some(ANN.into()),
        status: None,
    };
    assert_eq!(google.calls().last(), Some(&cut));
}
