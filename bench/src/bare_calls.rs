//! Calls that make events at the provider, by a client that does nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::booking::GOAL;
use crate::outcome::Outcome;
use crate::provider::{Provider, account};
use crate::service::expect;

/// Calls to the accounts in turn, some at once.
pub struct BareCalls {
    http: Client,
    mailboxes: Arc<[Mailbox]>,
    at_once: usize,
}

/// Where an account's events are made, and its token.
struct Mailbox {
    events_url: String,
    token: String,
}

impl BareCalls {
    pub async fn new(provider: &Provider, users: &[Uuid], at_once: usize) -> Outcome<Self> {
        let mut mailboxes = Vec::new();
        for user in users {
            let calendar = account(*user);
            let url = provider.google.url();
            let events_url = format!("{url}/calendar/v3/calendars/{calendar}/events?conferenceDataVersion=1");
            mailboxes.push(Mailbox { events_url, token: provider.token(*user).await? });
        }
        let http = convene_providers::outbound::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { http, mailboxes: mailboxes.into(), at_once })
    }

    /// Makes that many calls; how many a second.
    pub async fn make(&self, calls: usize) -> Outcome<f64> {
        let begun = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..self.at_once {
            let (http, mailboxes, begun) = (self.http.clone(), Arc::clone(&self.mailboxes), Arc::clone(&begun));
            callers.spawn(async move {
                loop {
                    let nth = begun.fetch_add(1, Ordering::Relaxed);
                    if nth >= calls {
                        return Outcome::Ok(());
                    }
                    let Mailbox { events_url, token } = &mailboxes[nth % mailboxes.len()];
                    expect(http.post(events_url).bearer_auth(token).json(&event()), StatusCode::OK).await?;
                }
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended??;
        }
        Ok(f64::from(u32::try_from(calls)?) / started.elapsed().as_secs_f64())
    }
}

/// What a booking's host is sent.
fn event() -> serde_json::Value {
    let id = Uuid::new_v4().simple();
    json!({
        "id": id,
        "summary": "mentee1 / mentor1",
        "description": GOAL,
        "location": "",
        "start": { "dateTime": "2030-01-07T10:00:00Z", "timeZone": "UTC" },
        "end": { "dateTime": "2030-01-07T10:30:00Z", "timeZone": "UTC" },
        "reminders": { "useDefault": true },
        "extendedProperties": { "private": { "convene_booking": id } },
        "conferenceData": { "createRequest": {
            "requestId": id,
            "conferenceSolutionKey": { "type": "hangoutsMeet" },
        }},
    })
}
