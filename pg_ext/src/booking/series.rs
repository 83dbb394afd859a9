//! Meetings of an event type that come back: all of them, or those that fit, in one transaction.

use std::collections::HashMap;

use convene_rules::refusal::{MissingMeeting, Refusal};
use convene_rules::request;
use convene_rules::rotation::{self, Choice};
use convene_rules::series::{Every, starts};
use convene_rules::zone::Zone;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::event_types::{Asked, Making, Place, Who};
use super::hosting;
use super::people;
use super::view::{BookingView, returns_booking};
use crate::event_types::{EventType, Mode};
use crate::failure::{Failure, Outcome};
use crate::{args, ids, record, statement};

statement! {
    fresh ZONE: ZoneRow = "../sql/event_types/zone.sql" (INT4OID, UUIDOID);
}

record! {
    struct ZoneRow {
        time_zone: Zone,
    }
}

/// Whether all meetings of a series must fit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    All,
    /// Those that do not are left out.
    Some,
}

returns_booking! {
    /// Books meetings of an event type that come back. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn book_series(
        p_event_type_id: Option<pgrx::Uuid>,
        p_attendee_id: Option<pgrx::Uuid>,
        p_start: Option<TimestampWithTimeZone>,
        p_every: Option<String>,
        p_count: Option<i32>,
        p_leave_out: default!(Option<bool>, "false"),
        p_duration: default!(Option<i32>, "NULL"),
        p_answers: default!(Option<pgrx::JsonB>, "'{}'"),
        p_idempotency_key: default!(Option<String>, "NULL"),
        p_accept_stale: default!(Option<bool>, "true"),
    ) -> Vec<BookingView> {
        let attendee_id = args::id(p_attendee_id, "attendee_id")?;
        let asked = Asked {
            event_type_id: args::id(p_event_type_id, "event_type_id")?,
            start: args::time(p_start, "start")?,
            duration: p_duration,
            answers: args::required(p_answers, "answers")?.0,
            hold_minutes: None,
            freshness: args::freshness(p_accept_stale)?,
            who: Who::User(attendee_id),
            link: None,
        };
        let every = Every::parse(&args::required(p_every, "every")?)?;
        let count = args::required(p_count, "count")?;
        let fit = if args::required(p_leave_out, "leave_out")? { Fit::Some } else { Fit::All };
        let key = p_idempotency_key.as_deref().map(request::idempotency_key).transpose()?;
        Spi::connect(|client| book(client, &asked, every, count, fit, key.as_deref()))
    }
}

fn book(
    client: &SpiClient<'_>,
    asked: &Asked,
    every: Every,
    count: i32,
    fit: Fit,
    key: Option<&str>,
) -> Outcome<Vec<BookingView>> {
    let mut event_type = EventType::load(client, asked.event_type_id)?;
    let org_id = event_type.row.org_id;
    let fit_word = if fit == Fit::All { "all" } else { "some" };
    let keyed = asked.keyed(key, "book_series", &[every.as_ref(), &count.to_string(), fit_word]);
    if let Some(answer) = keyed.replay_all(client, org_id)? {
        return Ok(answer);
    }
    keyed.lock(client)?;
    if let Some(answer) = keyed.replay_all(client, org_id)? {
        return Ok(answer);
    }
    asked.is_allowed(client, &event_type)?;
    if event_type.row.capacity > 1 {
        return Err(Refusal::invalid("event_type_id", "must take one attendee, for a series").into());
    }
    let starts = starts(&zone(client, &event_type)?, asked.start, every, count)?;
    hosting::lock_rotation(client, &mut event_type)?;
    let making = Making::new(asked, &event_type)?;
    // All at once and in order, whoever hosts which of the meetings.
    if let Who::User(attendee_id) = asked.who {
        people::lock_with_hosts(client, attendee_id, &event_type.hosts())?;
    }
    let host = host(client, &making, &event_type, &starts)?;
    let booked = make(client, &making, &starts, host, fit)?;
    keyed.store_all(client, org_id, &booked)?;
    Ok(booked)
}

fn make(
    client: &SpiClient<'_>,
    making: &Making<'_>,
    starts: &[Timestamp],
    host: Option<Choice>,
    fit: Fit,
) -> Outcome<Vec<BookingView>> {
    let series_id = ids::new_uuid(making.event_type.row.org_id)?;
    let (mut booked, mut missing) = (Vec::new(), Vec::new());
    for (start, position) in starts.iter().zip(1..) {
        match making.make(client, *start, host, Some(Place { series_id, position })) {
            Ok(booking) => booked.push(booking),
            Err(Failure::Refusal(refusal)) => {
                missing.push(MissingMeeting { start_time: *start, code: refusal.code().to_owned() });
            }
            Err(failure) => return Err(failure),
        }
    }
    if booked.is_empty() || (fit == Fit::All && !missing.is_empty()) {
        return Err(Refusal::SeriesNotAvailable { count: starts.len(), missing }.into());
    }
    Ok(booked)
}

/// Of a round robin, the member who hosts the whole series: of those who are free for most of it, whoever has their turn.
fn host(
    client: &SpiClient<'_>,
    making: &Making<'_>,
    event_type: &EventType,
    starts: &[Timestamp],
) -> Outcome<Option<Choice>> {
    if event_type.mode != Mode::RoundRobin {
        return Ok(None);
    }
    let mut free: HashMap<Uuid, (usize, rotation::Member)> = HashMap::new();
    for start in starts {
        for member in making.wanted(*start).free_now(client)? {
            free.entry(member.user_id).or_insert((0, member)).0 += 1;
        }
    }
    let most = free.values().map(|(many, _)| *many).max();
    let best: Vec<rotation::Member> =
        free.into_values().filter(|(many, _)| Some(*many) == most).map(|(_, member)| member).collect();
    Ok(rotation::choose(&best))
}

fn zone(client: &SpiClient<'_>, event_type: &EventType) -> Outcome<Zone> {
    let row = ZONE.row(client, &event_type.key())?;
    Ok(row.ok_or(Refusal::EventTypeNotFound { event_type_id: event_type.row.id })?.time_zone)
}
