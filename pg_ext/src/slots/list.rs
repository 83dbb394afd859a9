//! The slots of a mentor that the viewer may book now: those that booking's own checks let pass.

use convene_rules::booking::{Purpose, refusals};
use convene_rules::refusal::Refusal;
use jiff::Timestamp;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::booking::slot_facts_seen;
use crate::failure::{Outcome, answer};
use crate::spi::Row;
use crate::values::{self, pg_timestamp, pg_uuid};
use crate::{args, statement};

statement! {
    callers CANDIDATES = "../sql/slot_candidates.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, INT4OID,
    );
    callers MENTOR = "../sql/mentor_exists.sql" (INT4OID, UUIDOID);
    callers TENANT = "../sql/user_tenant.sql" (UUIDOID);
}

/// Fewest candidates looked at in one go.
const LEAST_LOOKED_AT: i32 = 50;

/// What a mentor has free, in order of time.
#[pg_extern(stable, parallel_unsafe)]
#[allow(clippy::too_many_arguments, clippy::type_complexity)] // the SQL signature
fn list_slots(
    p_actor_id: Option<pgrx::Uuid>,
    p_mentor_id: Option<pgrx::Uuid>,
    p_from: default!(Option<TimestampWithTimeZone>, "NULL"),
    p_to: default!(Option<TimestampWithTimeZone>, "NULL"),
    p_limit: default!(Option<i32>, "50"),
    p_after_start: default!(Option<TimestampWithTimeZone>, "NULL"),
    p_after_id: default!(Option<pgrx::Uuid>, "NULL"),
) -> TableIterator<
    'static,
    (
        name!(id, pgrx::Uuid),
        name!(mentor_id, pgrx::Uuid),
        name!(block_id, pgrx::Uuid),
        name!(start_time, TimestampWithTimeZone),
        name!(end_time, TimestampWithTimeZone),
        name!(meeting_type, String),
        name!(location, Option<String>),
        name!(requires_confirmation, bool),
    ),
> {
    let slots = || {
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
        Spi::connect(|client| list(client, actor_id, &range, limit, after))?
            .into_iter()
            .map(Candidate::into_columns)
            .collect::<Outcome<Vec<_>>>()
    };
    TableIterator::new(answer(slots()))
}

struct Range {
    mentor_id: Uuid,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// A slot that is unbooked and ahead; the checks decide the rest.
struct Candidate {
    id: Uuid,
    mentor_id: Uuid,
    block_id: Uuid,
    start_time: Timestamp,
    end_time: Timestamp,
    meeting_type: String,
    location: Option<String>,
    requires_confirmation: bool,
}

type Columns =
    (pgrx::Uuid, pgrx::Uuid, pgrx::Uuid, TimestampWithTimeZone, TimestampWithTimeZone, String, Option<String>, bool);

impl Candidate {
    fn read(row: &mut Row<'_>) -> Outcome<Self> {
        Ok(Self {
            id: row.id()?,
            mentor_id: row.id()?,
            block_id: row.id()?,
            start_time: row.time()?,
            end_time: row.time()?,
            meeting_type: row.value()?,
            location: row.maybe()?,
            requires_confirmation: row.value()?,
        })
    }

    fn into_columns(self) -> Outcome<Columns> {
        Ok((
            pg_uuid(self.id),
            pg_uuid(self.mentor_id),
            pg_uuid(self.block_id),
            pg_timestamp(self.start_time)?,
            pg_timestamp(self.end_time)?,
            self.meeting_type,
            self.location,
            self.requires_confirmation,
        ))
    }
}

/// Looks at candidates in pages until there are enough that nothing speaks against.
fn list(
    client: &SpiClient<'_>,
    actor_id: Uuid,
    range: &Range,
    limit: i32,
    mut after: Option<(Timestamp, Uuid)>,
) -> Outcome<Vec<Candidate>> {
    let actor = Actor::seen(client, actor_id)?;
    let mentor = [actor.org_id.into(), pg_uuid(range.mentor_id).into()];
    if MENTOR.with(|mentor_exists| mentor_exists.row(client, &mentor))?.is_none() {
        return Err(Refusal::MentorNotFound { mentor_id: range.mentor_id }.into());
    }
    let purpose = if actor.role == "mentee" { Purpose::Book } else { Purpose::Browse };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let looked_at = limit.max(LEAST_LOOKED_AT);
    let mut found = Vec::new();
    loop {
        let page = candidates(client, actor.org_id, range, after, looked_at)?;
        after = page.last().map(|last| (last.start_time, last.id));
        let is_last = page.len() < usize::try_from(looked_at).unwrap_or(usize::MAX);
        let ids: Vec<Uuid> = page.iter().map(|slot| slot.id).collect();
        let facts = slot_facts_seen(client, actor_id, &ids)?;
        let bookable = page.into_iter().zip(&facts).filter(|(_, facts)| refusals(facts, purpose).next().is_none());
        found.extend(bookable.map(|(slot, _)| slot));
        if found.len() >= wanted || is_last {
            found.truncate(wanted);
            return Ok(found);
        }
    }
}

fn candidates(
    client: &SpiClient<'_>,
    org_id: i32,
    range: &Range,
    after: Option<(Timestamp, Uuid)>,
    limit: i32,
) -> Outcome<Vec<Candidate>> {
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
    CANDIDATES
        .with(|candidates| candidates.rows(client, &args))?
        .map(|tuple| Candidate::read(&mut Row::new(tuple)))
        .collect()
}

/// The organization of a user, if there is such a user.
pub fn tenant_of(client: &SpiClient<'_>, user_id: Uuid) -> Outcome<Option<i32>> {
    TENANT.with(|tenant| tenant.row(client, &[pg_uuid(user_id).into()]))?.map(|mut row| row.value()).transpose()
}
