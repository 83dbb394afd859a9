//! Mentors for a mentee, best first.
//!
//! Nothing is asked mentor by mentor. A few statements bring what is cheap to know about all of them (tier, reputation,
//! shared tags), in arrays; the rules make a short list of it. Free slots are counted for a hundred of those at a time,
//! each in a range of an index, until nobody further down can get among the best any more. With 10,000 mentors and
//! 400,000 slots this takes 8 ms; counting everybody's slots would take 100 ms more.

use std::collections::{HashMap, HashSet};

use convene_rules::matching::{Breakdown, DAYS_AHEAD, Match, Openings, SharedTags, Standing, TagKind, shortlist};
use convene_rules::refusal::Refusal;
use convene_rules::tier::Tier;
use jiff::Timestamp;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Failure, Outcome, answer};
use crate::spi::Row;
use crate::values::{self, pg_timestamp, pg_uuid, pg_uuids};
use crate::{args, statement};

statement! {
    callers REACH = "sql/match_reach.sql" (INT4OID, UUIDOID);
    callers MENTORS = "sql/match_mentors.sql" (INT4OID);
    callers SHARERS = "sql/match_sharers.sql" (INT4OID, UUIDOID);
    callers OPENINGS = "sql/match_openings.sql" (INT4OID, UUIDARRAYOID, INT4OID);
}

/// Most mentors whose free slots are counted: everybody in most organizations.
const LONGEST_SHORTLIST: usize = 1000;
/// How many of them in one statement: enough in most cases.
const LOOKED_AT: usize = 100;

/// The mentors that suit a mentee best.
#[pg_extern(stable, parallel_unsafe)]
#[allow(clippy::type_complexity)] // pgrx reads the columns from this type
fn match_mentors(
    p_mentee_id: Option<pgrx::Uuid>,
    p_limit: default!(Option<i32>, "10"),
) -> TableIterator<
    'static,
    (
        name!(id, pgrx::Uuid),
        name!(name, String),
        name!(title, Option<String>),
        name!(company, Option<String>),
        name!(reputation_tier, String),
        name!(reputation_score, f64),
        name!(is_dormant, bool),
        name!(score, f64),
        name!(breakdown, pgrx::JsonB),
        name!(next_free_slot, Option<TimestampWithTimeZone>),
        name!(free_slots, i32),
    ),
> {
    let matched = || {
        let mentee_id = args::id(p_mentee_id, "mentee_id")?;
        let limit = args::required(p_limit, "limit")?;
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=200).contains(limit));
        let limit = limit.ok_or_else(|| Refusal::invalid("limit", "must be between 1 and 200"))?;
        let found = Spi::connect(|client| find(client, mentee_id, limit))?;
        found.into_iter().map(Found::into_columns).collect::<Outcome<Vec<_>>>()
    };
    TableIterator::new(answer(matched()))
}

/// A mentor on the short list.
struct Found {
    standing: Standing,
    points: Match,
    title: Option<String>,
    company: Option<String>,
    next_free_slot: Option<Timestamp>,
    free_slots: i32,
}

type Columns = (
    pgrx::Uuid,
    String,
    Option<String>,
    Option<String>,
    String,
    f64,
    bool,
    f64,
    pgrx::JsonB,
    Option<TimestampWithTimeZone>,
    i32,
);

impl Found {
    fn into_columns(self) -> Outcome<Columns> {
        let breakdown = serde_json::to_value(self.points.breakdown)
            .map_err(|error| Failure::Corrupt(format!("a breakdown is no JSON: {error}")))?;
        Ok((
            pg_uuid(self.standing.mentor_id),
            self.points.name,
            self.title,
            self.company,
            self.standing.tier.to_string(),
            self.standing.reputation,
            self.standing.is_dormant,
            self.points.breakdown.total().as_f64(),
            pgrx::JsonB(breakdown),
            self.next_free_slot.map(pg_timestamp).transpose()?,
            self.free_slots,
        ))
    }
}

/// The best, in order, at most `limit`.
fn find(client: &SpiClient<'_>, mentee_id: Uuid, limit: usize) -> Outcome<Vec<Found>> {
    let mentee = Actor::seen(client, mentee_id)?;
    if mentee.role != "mentee" {
        return Err(Refusal::NotAMentee { role: mentee.role }.into());
    }
    let key = [mentee.org_id.into(), pg_uuid(mentee_id).into()];
    let Some(mut reach) = REACH.with(|reach| reach.row(client, &key))? else {
        return Err(Refusal::UserNotFound { user_id: mentee_id }.into());
    };
    let highest_bookable = Tier::parse(&reach.value::<String>()?)?;
    let overrides: HashSet<Uuid> = ids(&mut reach)?.collect();
    let standings = standings(client, &mentee, &overrides)?;
    let listed = shortlist(standings, highest_bookable, LONGEST_SHORTLIST);
    let mut found: Vec<Found> = Vec::new();
    for some in listed.chunks(LOOKED_AT) {
        if matches!((found.get(limit - 1), some), (Some(last), [next, ..]) if last.points.is_safe_from(next)) {
            break;
        }
        look_at(client, mentee.org_id, some, &mut found)?;
        found.sort_unstable_by(|one, other| one.points.order(&other.points));
    }
    found.truncate(limit);
    Ok(found)
}

/// Adds these mentors with what they have free.
fn look_at(client: &SpiClient<'_>, org_id: i32, some: &[Standing], found: &mut Vec<Found>) -> Outcome<()> {
    let standings: HashMap<Uuid, Standing> = some.iter().map(|standing| (standing.mentor_id, *standing)).collect();
    let mentors: Vec<Uuid> = some.iter().map(|standing| standing.mentor_id).collect();
    let args = [org_id.into(), pg_uuids(&mentors).into(), DAYS_AHEAD.into()];
    for tuple in OPENINGS.with(|openings| openings.rows(client, &args))? {
        let mut row = Row::new(tuple);
        let mentor_id = row.id()?;
        let standing = standings.get(&mentor_id);
        let standing = standing.ok_or_else(|| Failure::Corrupt(format!("mentor {mentor_id} was not asked about")))?;
        found.push(read(&mut row, *standing)?);
    }
    Ok(())
}

/// What is known about every mentor without looking at slots.
fn standings(client: &SpiClient<'_>, mentee: &Actor, overrides: &HashSet<Uuid>) -> Outcome<Vec<Standing>> {
    let shared = shared_tags(client, mentee)?;
    let mut standings = Vec::new();
    for tuple in MENTORS.with(|mentors| mentors.rows(client, &[mentee.org_id.into()]))? {
        let mut row = Row::new(tuple);
        let (tier, is_dormant) = (Tier::parse(&row.value::<String>()?)?, row.value::<bool>()?);
        let mentors = ids(&mut row)?.zip(row.value::<Vec<f64>>()?);
        standings.extend(mentors.map(|(mentor_id, reputation)| Standing {
            mentor_id,
            tier,
            has_override: overrides.contains(&mentor_id),
            is_dormant,
            reputation,
            shared: shared.get(&mentor_id).copied().unwrap_or_default(),
        }));
    }
    Ok(standings)
}

/// How many tags of each kind everybody shares with the mentee who shares any.
fn shared_tags(client: &SpiClient<'_>, mentee: &Actor) -> Outcome<HashMap<Uuid, SharedTags>> {
    let mut shared: HashMap<Uuid, SharedTags> = HashMap::new();
    let key = [mentee.org_id.into(), pg_uuid(mentee.id).into()];
    for tuple in SHARERS.with(|sharers| sharers.rows(client, &key))? {
        let mut row = Row::new(tuple);
        let kind = TagKind::parse(&row.value::<String>()?)?;
        for user_id in ids(&mut row)? {
            shared.entry(user_id).or_default().add(kind);
        }
    }
    Ok(shared)
}

fn ids(row: &mut Row<'_>) -> Outcome<impl Iterator<Item = Uuid> + use<>> {
    Ok(row.value::<Vec<pgrx::Uuid>>()?.into_iter().map(values::uuid))
}

/// The rest of a row of `match_openings.sql`.
fn read(row: &mut Row<'_>, standing: Standing) -> Outcome<Found> {
    let (name, title, company) = (row.value::<String>()?, row.maybe()?, row.maybe()?);
    let (now, next_free_slot, free_slots) = (row.time()?, row.maybe_time()?, row.value::<i32>()?);
    let openings = Openings {
        free_slots: free_slots.unsigned_abs(),
        first_in: next_free_slot.map(|first| first.duration_since(now)),
    };
    let points = Match {
        mentor_id: standing.mentor_id,
        name,
        is_dormant: standing.is_dormant,
        breakdown: Breakdown::of(&standing, &openings),
    };
    Ok(Found { standing, points, title, company, next_free_slot, free_slots })
}
