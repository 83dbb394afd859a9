//! The times of an event type that can be booked now: those that booking's own checks let pass.

use std::collections::BTreeMap;

use convene_rules::eligibility::Facts;
use convene_rules::refusal::Refusal;
use convene_rules::timeline::Span;
use convene_rules::token::Purpose as TokenPurpose;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::{Candidates, EventType, Mode};
use crate::booking::{Kind, Reading, Token, TokenHash, Viewers, see_hosts};
use crate::failure::Outcome;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, record, statement};

statement! {
    callers JOINABLE: JoinableRow = "../sql/event_types/joinable.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
    );
    callers MOVED: MovedRow = "../sql/event_types/moved.sql" (INT4OID, UUIDOID);
}

record! {
    /// A meeting that a guest may move.
    struct MovedRow {
        event_type_id: Uuid,
        capacity: i32,
        start_time: Timestamp,
        minutes: i32,
        can_move: bool,
        hosts: Vec<Uuid>,
    }
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
        let (range, limit) = page(p_from, p_to, p_limit)?;
        Spi::connect(|client| {
            let event_type = EventType::seen(client, event_type_id)?;
            let duration = event_type.duration(p_duration)?;
            let hosts = event_type.hosts_to_ask();
            list(client, &Asked { event_type: &event_type, hosts: &hosts, duration, moving: None }, range, limit)
        })
    }
}

returns_free_times! {
    /// The times to which a guest can move their meeting, by their token. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_unsafe)]
    fn available_slots_by_token(
        p_token_hash: Option<Vec<u8>>,
        p_from: Option<TimestampWithTimeZone>,
        p_to: Option<TimestampWithTimeZone>,
        p_duration: default!(Option<i32>, "NULL"),
        p_limit: default!(Option<i32>, "5000"),
    ) -> Vec<FreeTime> {
        let hash = TokenHash::new(p_token_hash)?;
        let (range, limit) = page(p_from, p_to, p_limit)?;
        Spi::connect(|client| {
            let token = Token::seen(client, &hash, TokenPurpose::Reschedule)?;
            let moved = MOVED.row(client, &[token.org_id.into(), pg_uuid(token.booking_id).into()])?;
            let moved = moved.ok_or(Refusal::ActionTokenInvalid {})?;
            // One of several does not move the meeting, and what is over is not moved.
            if moved.capacity > 1 || !moved.can_move {
                return Ok(Vec::new());
            }
            let event_type = EventType::seen(client, moved.event_type_id)?;
            let own = moved.minutes;
            let duration = match p_duration {
                Some(minutes) if minutes != own => event_type.duration(p_duration)?,
                _ => own,
            };
            let asked =
                Asked { event_type: &event_type, hosts: &moved.hosts, duration, moving: Some(token.booking_id) };
            let mut times = list(client, &asked, range, limit)?;
            times.retain(|time| time.start_time != moved.start_time || duration != own);
            Ok(times)
        })
    }
}

/// The range that is looked at, and how many times at most.
fn page(
    from: Option<TimestampWithTimeZone>,
    to: Option<TimestampWithTimeZone>,
    limit: Option<i32>,
) -> Outcome<(Span, usize)> {
    let range = Span { start: args::time(from, "from")?, end: args::time(to, "to")? };
    let length = range.end.duration_since(range.start);
    if !length.is_positive() || length > RANGE_MOST {
        return Err(Refusal::invalid("to", "must be after from, and at most 732 days later").into());
    }
    let limit = usize::try_from(args::required(limit, "limit")?).ok().filter(|limit| (1..=10_000).contains(limit));
    Ok((range, limit.ok_or_else(|| Refusal::invalid("limit", "must be between 1 and 10,000"))?))
}

/// Whose times are wanted, and for what.
struct Asked<'e> {
    event_type: &'e EventType,
    hosts: &'e [Uuid],
    /// In minutes.
    duration: i32,
    /// The booking that would leave its own time behind; its hosts are all needed.
    moving: Option<Uuid>,
}

fn list(client: &SpiClient<'_>, asked: &Asked<'_>, range: Span, limit: usize) -> Outcome<Vec<FreeTime>> {
    let event_type = asked.event_type;
    let Some(viewers) = see_hosts(client, event_type.row.org_id, asked.hosts)? else { return Ok(Vec::new()) };
    let now = viewers.attendee.now;
    let last = end_of_horizon(event_type, now).min(range.end);
    let mut from = range.start.max(now);
    let mut found = Vec::new();
    while from < last && found.len() < limit {
        let to = last.min(from.saturating_add(CHUNK).unwrap_or(Timestamp::MAX));
        found.extend(chunk(client, &viewers, asked, Span { start: from, end: to })?);
        from = to;
    }
    found.truncate(limit);
    Ok(found)
}

/// The times that start within `span`.
fn chunk(client: &SpiClient<'_>, viewers: &Viewers, asked: &Asked<'_>, span: Span) -> Outcome<Vec<FreeTime>> {
    let Asked { event_type, duration, moving, .. } = *asked;
    let candidates = Candidates { event_type, grid: event_type.grid(duration) };
    let looked_at = event_type.blocked(Span { start: span.start, end: Span::lasting(span.end, duration).end });
    let mut facts = viewers.facts(client, Kind::EventType(event_type), looked_at, moving, Reading::Listing)?;
    // A meeting that moves keeps its hosts.
    let is_shared_out = event_type.mode == Mode::RoundRobin && moving.is_none();
    let mut found =
        if is_shared_out { free_of_any(&mut facts, candidates, span) } else { free_of_all(&facts, candidates, span) };
    if event_type.row.capacity > 1 && moving.is_none() {
        add_meetings_with_seats(client, candidates, &facts, span, duration, &mut found)?;
    }
    let times =
        found.into_iter().map(|(start_time, (end_time, seats_left))| FreeTime { start_time, end_time, seats_left });
    Ok(times.collect())
}

/// By start: the end, and how many seats there are.
type Found = BTreeMap<Timestamp, (Timestamp, i32)>;

/// When all hosts are free.
fn free_of_all(facts: &Facts, candidates: Candidates<'_>, span: Span) -> Found {
    let seats = candidates.event_type.row.capacity;
    let free = candidates.free(facts, span.start, span.end);
    free.into_iter().map(|span| (span.start, (span.end, seats))).collect()
}

/// When one of them is.
fn free_of_any(facts: &mut Facts, candidates: Candidates<'_>, span: Span) -> Found {
    let mut found = Found::new();
    for host in std::mem::take(&mut facts.hosts) {
        facts.hosts = vec![host];
        found.extend(free_of_all(facts, candidates, span));
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
