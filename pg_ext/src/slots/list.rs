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

use crate::booking::{BLOCK_IS_WITHDRAWN, Kind, LOCATION, Reading, see};
use crate::failure::Outcome;
use crate::values::{self, pg_timestamp, pg_uuid, pg_uuids};
use crate::{args, record, statement};

statement! {
    callers CANDIDATES: CandidateRow = "../sql/booking/candidate_slots.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID,
    );
    callers BLOCKS: BlockRow = "../sql/booking/blocks_of_slots.sql" (INT4OID, UUIDARRAYOID);
}

/// Most candidates that one call looks at. What is refused costs as much as what is shown, and a mentor can have any
/// number of slots that are.
const LOOKED_AT_MOST: usize = 2_000;

record! {
    #[derive(Clone)]
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
    /// A slot that is free, or the last that was looked at.
    pub struct ListedSlot {
        pub id: Uuid,
        pub mentor_id: Uuid,
        pub block_id: Uuid,
        pub start_time: Timestamp,
        pub end_time: Timestamp,
        pub meeting_type: String,
        pub location: Option<String>,
        pub requires_confirmation: bool,
        pub is_free: bool,
    }
    returned by returns_listed_slots;
}

returns_listed_slots! {
    /// What a mentor has free, in order of time. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_unsafe)]
    fn list_slots(
        p_actor_id: Option<pgrx::Uuid>,
        p_mentor_id: Option<pgrx::Uuid>,
        p_from: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_to: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_limit: default!(Option<i32>, "50"),
        p_after_start: default!(Option<TimestampWithTimeZone>, "NULL"),
        p_after_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Vec<ListedSlot> {
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

/// Looks at candidates in pages until there are enough that nothing speaks against, or too many were looked at. The last of
/// those then says where to go on.
fn list(
    client: &SpiClient<'_>,
    actor_id: Uuid,
    range: &Range,
    limit: usize,
    mut after: Option<(Timestamp, Uuid)>,
) -> Outcome<Vec<ListedSlot>> {
    let viewers = see(client, actor_id, &[range.mentor_id])?;
    let actor = &viewers.attendee;
    if !actor.is_active {
        return Err(Refusal::inactive(actor_id, actor.suspension()).into());
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
        let Some((first, last)) = page.first().zip(page.last().cloned()) else { return Ok(found) };
        let facts = viewers.facts(client, Kind::OfficeHours, whole(first, &page), None, Reading::Listing)?;
        if people_are_refused(&facts, purpose) {
            // Every slot alike.
            return Ok(Vec::new());
        }
        let blocks = blocks(client, facts.org_id, &page)?;
        let is_last = page.len() < page_size;
        looked_at += page.len();
        found.extend(page.into_iter().filter_map(|slot| {
            let block = blocks.get(&slot.block_id)?;
            let is_free = candidate_is_bookable(&facts, &slot.candidate(block), purpose);
            is_free.then(|| slot.listed(range.mentor_id, block, true))
        }));
        if found.len() >= limit || is_last {
            found.truncate(limit);
            return Ok(found);
        }
        if looked_at >= LOOKED_AT_MOST {
            found.extend(blocks.get(&last.block_id).map(|block| last.listed(range.mentor_id, block, false)));
            return Ok(found);
        }
        after = Some((last.start_time, last.id));
    }
}

/// How many candidates to look at for `missing` slots, when so many of those looked at were found free: a quarter more
/// than it takes at that rate, and at first as if two of three were.
fn page_size(missing: usize, found: usize, looked_at: usize) -> usize {
    let (found, of) = if looked_at == 0 { (2, 3) } else { (found.max(1), looked_at) };
    let expected = missing * of / found;
    (expected + expected / 4 + 1).min(LOOKED_AT_MOST - looked_at)
}

/// The time of a page of slots, from the first to the latest end.
fn whole(first: &CandidateRow, page: &[CandidateRow]) -> Span {
    let end = page.iter().map(|slot| slot.end_time).max().unwrap_or(first.end_time);
    Span { start: first.start_time, end }
}

impl CandidateRow {
    fn candidate(&self, block: &BlockRow) -> Candidate {
        let span = Span { start: self.start_time, end: self.end_time };
        let booked_by = self.booking_id.map(|booking_id| Booked { booking_id, lapses_at: self.lapses_at });
        let source = Source::Slot { time_slot_id: self.id, is_withdrawn: block.is_withdrawn, booked_by };
        Candidate { span, blocked: span, source }
    }

    fn listed(self, mentor_id: Uuid, block: &BlockRow, is_free: bool) -> ListedSlot {
        ListedSlot {
            id: self.id,
            mentor_id,
            block_id: self.block_id,
            start_time: self.start_time,
            end_time: self.end_time,
            meeting_type: block.meeting_type.clone(),
            location: block.location.clone(),
            requires_confirmation: block.requires_confirmation,
            is_free,
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
