//! The slots of a mentor that the viewer may book now: those that booking's own checks let pass.
//!
//! What is known of both people is read once for a page of candidates, and the candidates are compared with it in memory.

use std::collections::HashMap;

use convene_rules::eligibility::{Booked, Candidate, Purpose, Source, candidate_is_bookable, people_are_refused};
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use convene_rules::timeline::Span;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::booking::{BLOCK_IS_WITHDRAWN, Kind, LOCATION, Reading, Viewers, see};
use crate::failure::Outcome;
use crate::values::{self, pg_timestamp, pg_uuid, pg_uuids};
use crate::{args, record, statement};

statement! {
    callers CANDIDATES: CandidateRow = "../sql/booking/candidate_slots.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID,
    );
    callers BLOCKS: BlockRow = "../sql/booking/blocks_of_slots.sql" (INT4OID, UUIDARRAYOID);
}

/// Most candidates looked at in one go.
const PAGE_MOST: usize = 2_000;

record! {
    struct CandidateRow {
        id: Uuid = "slot.id",
        block_id: Uuid = "slot.block_id",
        start_time: Timestamp = "slot.start_time",
        end_time: Timestamp = "slot.end_time",
        booking_id: Option<Uuid> = "slot.booking_id",
        lapses_at: Option<Timestamp> = include_str!("../sql/booking/slot_lapses_at.sql"),
    }
}

record! {
    /// What is the same for all slots of a block.
    struct BlockRow {
        id: Uuid = "block.id",
        is_withdrawn: bool = BLOCK_IS_WITHDRAWN,
        meeting_type: String = "block.meeting_type",
        location: Option<String> = LOCATION,
        requires_confirmation: bool = "block.requires_confirmation",
    }
}

record! {
    pub struct FreeSlot {
        pub id: Uuid,
        pub mentor_id: Uuid,
        pub block_id: Uuid,
        pub start_time: Timestamp,
        pub end_time: Timestamp,
        pub meeting_type: String,
        pub location: Option<String>,
        pub requires_confirmation: bool,
    }
    returned by returns_free_slots;
}

returns_free_slots! {
    /// What a mentor has free, in order of time.
    #[pg_extern(stable, parallel_unsafe)]
    fn list_slots(
        p_actor_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_from: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_to: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_limit: default!(Option<i32>, "50"),
        p_after_start: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_after_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<FreeSlot> {
        let range = Range {
            mentor_id: args::id(p_mentor_id, "mentor_id")?,
            from: p_from.map(|from| args::time(Some(from), "from")).transpose()?,
            to: p_to.map(|to| args::time(Some(to), "to")).transpose()?,
        };
        if range.from.zip(range.to).is_some_and(|(from, to)| to <= from) {
            return Err(Refusal::invalid("to", "must be after from").into());
        }
        let limit = usize::try_from(args::required(p_limit, "limit")?).ok().filter(|limit| (1..=200).contains(limit));
        let limit = limit.ok_or_else(|| Refusal::invalid("limit", "must be between 1 and 200"))?;
        let after = match (p_after_start, p_after_id) {
            (Some(start), Some(id)) => Some((args::time(Some(start), "after_start")?, values::uuid(id))),
            (None, None) => None,
            _ => return Err(Refusal::invalid("after_id", "goes with after_start").into()),
        };
        let actor_id = args::id(p_actor_id, "actor_id")?;
        Spi::connect(|client| list(client, actor_id, &range, limit, after))
    }
}

struct Range {
    mentor_id: Uuid,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// Looks at candidates in pages until there are enough that nothing speaks against.
fn list(
    client: &SpiClient<'_>,
    actor_id: Uuid,
    range: &Range,
    limit: usize,
    mut after: Option<(Timestamp, Uuid)>,
) -> Outcome<Vec<FreeSlot>> {
    let viewers = see(client, actor_id, &[range.mentor_id])?;
    let actor = &viewers.attendee;
    if !actor.is_active {
        return Err(Refusal::UserInactive { user_id: actor_id }.into());
    }
    if !viewers.hosts.iter().any(|host| host.role == Role::Mentor && !host.is_removed) {
        return Err(Refusal::MentorNotFound { mentor_id: range.mentor_id }.into());
    }
    let purpose = if actor.role == Role::Mentee { Purpose::Book } else { Purpose::Browse };
    let mut found = Vec::new();
    let mut looked_at = 0;
    loop {
        let page_size = page_size(limit - found.len(), found.len(), looked_at);
        let page = candidates(client, actor.org_id, range, after, page_size)?;
        let is_last = page.len() < page_size;
        looked_at += page.len();
        after = page.last().map(|last| (last.start_time, last.id));
        found.extend(bookable(client, &viewers, range.mentor_id, page, purpose)?);
        if found.len() >= limit || is_last {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

/// How many candidates to look at for `missing` slots, when so many of those looked at were found free: a quarter more
/// than it takes at that rate, and at first as if two of three were.
fn page_size(missing: usize, found: usize, looked_at: usize) -> usize {
    let (found, looked_at) = if looked_at == 0 { (2, 3) } else { (found.max(1), looked_at) };
    let expected = missing * looked_at / found;
    (expected + expected / 4 + 1).min(PAGE_MOST)
}

/// Those slots of a page, in order of time, that nothing speaks against.
fn bookable(
    client: &SpiClient<'_>,
    viewers: &Viewers,
    mentor_id: Uuid,
    page: Vec<CandidateRow>,
    purpose: Purpose,
) -> Outcome<Vec<FreeSlot>> {
    let Some(first) = page.first() else { return Ok(Vec::new()) };
    let end = page.iter().map(|slot| slot.end_time).max().unwrap_or(first.end_time);
    let span = Span { start: first.start_time, end };
    let facts = viewers.facts(client, Kind::OfficeHours, span, None, Reading::Listing)?;
    if people_are_refused(&facts, purpose) {
        return Ok(Vec::new());
    }
    let blocks = blocks(client, facts.org_id, &page)?;
    let free = page.into_iter().filter_map(|slot| {
        let block = blocks.get(&slot.block_id)?;
        candidate_is_bookable(&facts, &slot.candidate(block), purpose).then(|| slot.free(mentor_id, block))
    });
    Ok(free.collect())
}

impl CandidateRow {
    fn candidate(&self, block: &BlockRow) -> Candidate {
        let span = Span { start: self.start_time, end: self.end_time };
        let booked_by = self.booking_id.map(|booking_id| Booked { booking_id, lapses_at: self.lapses_at });
        let source = Source::Slot { time_slot_id: self.id, is_withdrawn: block.is_withdrawn, booked_by };
        Candidate { span, blocked: span, source }
    }

    fn free(self, mentor_id: Uuid, block: &BlockRow) -> FreeSlot {
        FreeSlot {
            id: self.id,
            mentor_id,
            block_id: self.block_id,
            start_time: self.start_time,
            end_time: self.end_time,
            meeting_type: block.meeting_type.clone(),
            location: block.location.clone(),
            requires_confirmation: block.requires_confirmation,
        }
    }
}

fn blocks(client: &SpiClient<'_>, org_id: i32, page: &[CandidateRow]) -> Outcome<HashMap<Uuid, BlockRow>> {
    let mut ids: Vec<Uuid> = page.iter().map(|slot| slot.block_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = BLOCKS.rows(client, &[org_id.into(), pg_uuids(&ids).into()])?;
    rows.map(|block| block.map(|block| (block.id, block))).collect()
}

fn candidates(
    client: &SpiClient<'_>,
    org_id: i32,
    range: &Range,
    after: Option<(Timestamp, Uuid)>,
    limit: usize,
) -> Outcome<Vec<CandidateRow>> {
    let time = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
    let args = [
        org_id.into(),
        pg_uuid(range.mentor_id).into(),
        time(range.from)?.into(),
        time(range.to)?.into(),
        time(after.map(|(start, _)| start))?.into(),
        after.map(|(_, id)| pg_uuid(id)).into(),
        i32::try_from(limit).unwrap_or(i32::MAX).into(),
    ];
    CANDIDATES.rows(client, &args)?.collect()
}
