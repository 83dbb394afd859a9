//! The slots of a mentor that the viewer may book now: those that booking's own checks let pass.
//!
//! What is known of both people is read once for a page of candidates, and the candidates are compared with it in memory.

use convene_rules::eligibility::{Facts, Purpose, candidate_is_bookable, people_are_refused};
use convene_rules::refusal::Refusal;
use convene_rules::role::Role;
use convene_rules::timeline::Span;
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::booking::{Kind, Reading, SlotRow, Viewers, candidate, see};
use crate::failure::Outcome;
use crate::values::{self, pg_timestamp, pg_uuid};
use crate::{args, record, statement};

statement! {
    callers CANDIDATES: SlotRow = "../sql/booking/candidate_slots.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID,
    );
    callers MENTOR = "../sql/mentor_exists.sql" (INT4OID, UUIDOID);
}

/// Candidates looked at first, beyond those that are wanted: some will be refused.
const MARGIN: i32 = 20;
/// Most candidates that one call looks at. What is refused costs as much as what is shown, and a mentor can have any
/// number of slots that are.
const LOOKED_AT_MOST: i32 = 2_000;

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

impl ListedSlot {
    fn new(slot: SlotRow, is_free: bool) -> Self {
        Self {
            id: slot.id,
            mentor_id: slot.mentor_id,
            block_id: slot.block_id,
            start_time: slot.start_time,
            end_time: slot.end_time,
            meeting_type: slot.meeting_type,
            location: slot.location,
            requires_confirmation: slot.requires_confirmation,
            is_free,
        }
    }
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
        let limit = args::required(p_limit, "limit")?;
        if !(1..=200).contains(&limit) {
            return Err(Refusal::invalid("limit", "must be between 1 and 200").into());
        }
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

/// Looks at candidates in pages, each four times the one before, until there are enough that nothing speaks against, or
/// too many were looked at. The last of those then says where to go on.
fn list(
    client: &SpiClient<'_>,
    actor_id: Uuid,
    range: &Range,
    limit: i32,
    mut after: Option<(Timestamp, Uuid)>,
) -> Outcome<Vec<ListedSlot>> {
    let actor = Actor::seen(client, actor_id)?;
    let not_found = || Refusal::MentorNotFound { mentor_id: range.mentor_id };
    if !MENTOR.finds_any(client, &[actor.org_id.into(), pg_uuid(range.mentor_id).into()])? {
        return Err(not_found().into());
    }
    let viewers = see(client, actor_id, &[range.mentor_id])?;
    let purpose = if actor.role == Role::Mentee { Purpose::Book } else { Purpose::Browse };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut page_size = limit + MARGIN;
    let mut still = LOOKED_AT_MOST;
    loop {
        let page = candidates(client, actor.org_id, range, after, page_size)?;
        let is_last = page.len() < usize::try_from(page_size).unwrap_or(usize::MAX);
        let Some(last) = page.last().cloned() else { return Ok(found) };
        let facts = facts_about(client, &viewers, &page, last.start_time)?;
        if people_are_refused(&facts, purpose) {
            // Every slot alike.
            return Ok(Vec::new());
        }
        let is_free = |slot: &SlotRow| candidate_is_bookable(&facts, &candidate(slot, None), purpose);
        found.extend(page.into_iter().filter(is_free).map(|slot| ListedSlot::new(slot, true)));
        if found.len() >= wanted || is_last {
            found.truncate(wanted);
            return Ok(found);
        }
        still -= page_size;
        if still == 0 {
            found.push(ListedSlot::new(last, false));
            return Ok(found);
        }
        after = Some((last.start_time, last.id));
        page_size = (page_size * 4).min(still);
    }
}

/// What is known of the people for the time of some slots, the last of which starts then.
fn facts_about(client: &SpiClient<'_>, viewers: &Viewers, page: &[SlotRow], last_start: Timestamp) -> Outcome<Facts> {
    let start = page.first().map_or(last_start, |first| first.start_time);
    let end = page.iter().map(|slot| slot.end_time).max().unwrap_or(last_start);
    viewers.facts(client, Kind::OfficeHours, Span { start, end }, None, Reading::Listing)
}

fn candidates(
    client: &SpiClient<'_>,
    org_id: i32,
    range: &Range,
    after: Option<(Timestamp, Uuid)>,
    limit: i32,
) -> Outcome<Vec<SlotRow>> {
    let time = |time: Option<Timestamp>| time.map(pg_timestamp).transpose();
    let args = [
        org_id.into(),
        pg_uuid(range.mentor_id).into(),
        time(range.from)?.into(),
        time(range.to)?.into(),
        time(after.map(|(start, _)| start))?.into(),
        after.map(|(_, id)| pg_uuid(id)).into(),
        limit.into(),
    ];
    CANDIDATES.rows(client, &args)?.collect()
}
