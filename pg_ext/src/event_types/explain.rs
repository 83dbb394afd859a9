//! Why can this time not be booked? Every reason, by the checks of booking itself, and whose it is.

use convene_rules::eligibility::{Facts, Finding, Purpose, all_refusals};
use convene_rules::refusal::Refusal;
use convene_rules::timeline::Span;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use super::{Candidates, EventType, Mode};
use crate::actor::Actor;
use crate::booking::{Kind, Reading, see_hosts};
use crate::failure::Outcome;
use crate::values::{self, pg_timestamp};
use crate::{args, record, statement};

statement! {
    callers JOINABLE = "../sql/event_types/joinable.sql" (INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID);
}

record! {
    pub struct TimeReason {
        pub code: String,
        pub message: String,
        pub details: Value,
        pub whose: Option<String>,
        pub host_id: Option<Uuid>,
    }
    returned by returns_time_reasons;
}

impl From<Finding> for TimeReason {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.refusal.code().to_owned(),
            message: finding.refusal.to_string(),
            details: finding.refusal.details(),
            whose: finding.whose.map(|(whose, _)| whose.to_string()),
            host_id: finding.whose.map(|(_, host_id)| host_id),
        }
    }
}

returns_time_reasons! {
    /// Every reason against; no row means bookable. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_unsafe)]
    fn explain_time(
        p_event_type_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_actor_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<TimeReason> {
        let (event_type_id, start) = (args::id(p_event_type_id, "event_type_id")?, args::time(p_start, "start")?);
        let actor_id = p_actor_id.map(values::uuid);
        Spi::connect(|client| {
            let found = explain(client, event_type_id, start, p_duration, actor_id)?;
            let reader = actor_id.unwrap_or(Uuid::nil());
            Ok(found.into_iter().map(|finding| finding.told_to(reader)).map(TimeReason::from).collect())
        })
    }
}

fn explain(
    client: &SpiClient<'_>,
    event_type_id: Uuid,
    start: Timestamp,
    duration: Option<i32>,
    actor_id: Option<Uuid>,
) -> Outcome<Vec<Finding>> {
    let event_type = EventType::seen(client, event_type_id)?;
    if let Some(actor_id) = actor_id {
        may_see(&Actor::seen(client, actor_id)?, &event_type)?;
    }
    let duration = event_type.duration(duration)?;
    let span = Span::lasting(start, duration);
    if has_seats(client, &event_type, span)? {
        return Ok(Vec::new());
    }
    let Some(viewers) = see_hosts(client, event_type.row.org_id, &event_type.hosts_to_ask())? else {
        return Ok(vec![Finding { refusal: Refusal::EventTypeNotBookable { event_type_id }, whose: None }]);
    };
    let candidates = Candidates { event_type: &event_type, grid: event_type.grid(duration) };
    let looked_at = event_type.blocked(span);
    let facts = viewers.facts(client, Kind::EventType(&event_type), looked_at, None, Reading::Explaining)?;
    Ok(reasons(facts, candidates, span))
}

/// Of a round robin, those of every member, if nobody is free.
fn reasons(mut facts: Facts, candidates: Candidates<'_>, span: Span) -> Vec<Finding> {
    let against = |facts: &Facts| all_refusals(facts, &candidates.at(facts, span), Purpose::Browse);
    if candidates.event_type.mode != Mode::RoundRobin {
        return against(&facts);
    }
    let mut found: Vec<Finding> = Vec::new();
    for host in std::mem::take(&mut facts.hosts) {
        facts.hosts = vec![host];
        let of_host = against(&facts);
        if of_host.is_empty() {
            return Vec::new();
        }
        // What is true of the time itself is said once.
        let news: Vec<Finding> = of_host.into_iter().filter(|finding| !found.contains(finding)).collect();
        found.extend(news);
    }
    found
}

fn may_see(actor: &Actor, event_type: &EventType) -> Outcome<()> {
    if actor.org_id != event_type.row.org_id {
        return Err(Refusal::EventTypeNotFound { event_type_id: event_type.row.id }.into());
    }
    if actor.is_staff() || event_type.hosts().contains(&actor.id) {
        return Ok(());
    }
    Err(Refusal::NotAuthorized { action: "see why this time is not offered".to_owned() }.into())
}

/// A meeting that somebody booked then, and that others can join.
fn has_seats(client: &SpiClient<'_>, event_type: &EventType, span: Span) -> Outcome<bool> {
    if event_type.row.capacity == 1 {
        return Ok(false);
    }
    let [org_id, event_type_id] = event_type.key();
    let just_after = span.start.saturating_add(SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
    JOINABLE
        .finds_any(client, &[org_id, event_type_id, pg_timestamp(span.start)?.into(), pg_timestamp(just_after)?.into()])
}
