//! The times of an event type that can be booked now: those that booking's own checks let pass.

use std::collections::BTreeMap;

use convene_rules::eligibility::Facts;
use convene_rules::refusal::Refusal;
use convene_rules::timeline::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::{Candidates, EventType, Mode};
use crate::booking::{Kind, Reading, Viewers, see_hosts};
use crate::failure::Outcome;
use crate::values::pg_timestamp;
use crate::{args, record, statement};

statement! {
    callers JOINABLE: JoinableRow = "../sql/event_types/joinable.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
}

/// How much is read at once: a month, and what is left of it.
const CHUNK: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Longest range that is looked at.
const RANGE_MOST: SignedDuration = SignedDuration::from_hours(732 * 24);

record! {
    struct JoinableRow {
        start_time: Timestamp,
        end_time: Timestamp,
        seats_left: i32,
    }
}

record! {
    /// A time that can be booked.
    pub struct FreeTime {
        pub start_time: Timestamp,
        pub end_time: Timestamp,
        pub seats_left: i32,
    }
    returned by returns_free_times;
}

returns_free_times! {
    /// What an event type has free, in order of time. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_unsafe)]
    fn available_slots(
        p_event_type_id: Option<pgrx::Uuid>,
        p_from: Option<TimestampWithTimeZone>,
        p_to: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_limit: default!(Option<i32>, "5000"),
    ) -> Vec<FreeTime> {
        let event_type_id = args::id(p_event_type_id, "event_type_id")?;
        let range = Span { start: args::time(p_from, "from")?, end: args::time(p_to, "to")? };
        let length = range.end.duration_since(range.start);
        if !length.is_positive() || length > RANGE_MOST {
            return Err(Refusal::invalid("to", "must be after from, and at most 732 days later").into());
        }
        let limit = usize::try_from(args::required(p_limit, "limit")?).ok().filter(|limit| (1..=10_000).contains(limit));
        let limit = limit.ok_or_else(|| Refusal::invalid("limit", "must be between 1 and 10,000"))?;
        Spi::connect(|client| list(client, event_type_id, range, p_duration, limit))
    }
}

fn list(
    client: &SpiClient<'_>,
    event_type_id: Uuid,
    range: Span,
    duration: Option<i32>,
    limit: usize,
) -> Outcome<Vec<FreeTime>> {
    let event_type = EventType::seen(client, event_type_id)?;
    let duration = event_type.duration(duration)?;
    let hosts = if event_type.mode == Mode::Collective { event_type.required_hosts() } else { event_type.hosts() };
    let Some(viewers) = see_hosts(client, event_type.row.org_id, &hosts)? else { return Ok(Vec::new()) };
    let candidates = Candidates { event_type: &event_type, grid: event_type.grid(duration) };
    let now = viewers.attendee.now;
    let last = end_of_horizon(&event_type, now).min(range.end);
    let mut from = range.start.max(now);
    let mut found = Vec::new();
    while from < last && found.len() < limit {
        let to = last.min(from.saturating_add(CHUNK).unwrap_or(Timestamp::MAX));
        found.extend(chunk(client, &viewers, candidates, Span { start: from, end: to }, duration)?);
        from = to;
    }
    found.truncate(limit);
    Ok(found)
}

/// The times that start within `span`.
fn chunk(
    client: &SpiClient<'_>,
    viewers: &Viewers,
    candidates: Candidates<'_>,
    span: Span,
    duration: i32,
) -> Outcome<Vec<FreeTime>> {
    let event_type = candidates.event_type;
    let end = span.end.saturating_add(SignedDuration::from_mins(duration.into())).unwrap_or(Timestamp::MAX);
    let looked_at = event_type.blocked(Span { start: span.start, end });
    let mut facts = viewers.facts(client, Kind::EventType(event_type), looked_at, None, Reading::Listing)?;
    let mut found = free(&mut facts, candidates, span);
    if event_type.row.capacity > 1 {
        add_meetings_with_seats(client, candidates, &facts, span, duration, &mut found)?;
    }
    let times =
        found.into_iter().map(|(start_time, (end_time, seats_left))| FreeTime { start_time, end_time, seats_left });
    Ok(times.collect())
}

/// By start: the end, and how many seats there are.
type Found = BTreeMap<Timestamp, (Timestamp, i32)>;

fn free(facts: &mut Facts, candidates: Candidates<'_>, span: Span) -> Found {
    let seats = candidates.event_type.row.capacity;
    let mut found = Found::new();
    let mut add = |facts: &Facts| {
        let free = candidates.free(facts, span.start, span.end);
        found.extend(free.into_iter().map(|span| (span.start, (span.end, seats))));
    };
    if candidates.event_type.mode != Mode::RoundRobin {
        add(facts);
        return found;
    }
    // Whoever of them is free.
    for host in std::mem::take(&mut facts.hosts) {
        facts.hosts = vec![host];
        add(facts);
    }
    found
}

/// Meetings of several seats that somebody booked before can be joined.
fn add_meetings_with_seats(
    client: &SpiClient<'_>,
    candidates: Candidates<'_>,
    facts: &Facts,
    span: Span,
    duration: i32,
    found: &mut Found,
) -> Outcome<()> {
    let row = &candidates.event_type.row;
    let [org_id, event_type_id] = candidates.event_type.key();
    let args = [org_id, event_type_id, pg_timestamp(span.start)?.into(), pg_timestamp(span.end)?.into()];
    let notice = SignedDuration::from_mins(row.minimum_notice_minutes.into());
    for meeting in JOINABLE.rows(client, &args)? {
        let JoinableRow { start_time, end_time, seats_left } = meeting?;
        let is_as_long = end_time.duration_since(start_time) == SignedDuration::from_mins(duration.into());
        if row.is_active && is_as_long && start_time.duration_since(facts.now) >= notice {
            found.insert(start_time, (end_time, seats_left));
        }
    }
    Ok(())
}

/// An instant after the last that can be booked, in whatever zone the hosts are.
fn end_of_horizon(event_type: &EventType, now: Timestamp) -> Timestamp {
    let today: Date = now.to_zoned(TimeZone::UTC).date();
    let (_, until) = event_type.terms().horizon.dates(today.saturating_add(1.day()));
    let end = until.saturating_add(2.days()).to_zoned(TimeZone::UTC);
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}
