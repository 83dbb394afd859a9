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
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::actor::Actor;
use crate::failure::{Failure, Outcome};
use crate::values::{pg_uuid, pg_uuids};
use crate::{args, record, statement};

statement! {
    callers REACH: ReachRow = "sql/match_reach.sql" (INT4OID, UUIDOID);
    callers MENTORS: Mentors = "sql/match_mentors.sql" (INT4OID);
    callers SHARERS: Sharers = "sql/match_sharers.sql" (INT4OID, UUIDOID);
    callers OPENINGS: OpeningsRow = "sql/match_openings.sql" (INT4OID, UUIDARRAYOID, INT4OID);
    callers SHOWN: ShownRow = "sql/match_shown.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    /// Whom the mentee may book.
    struct ReachRow {
        highest_bookable: Tier,
        /// The mentors that overrides open beyond that tier.
        opened: Vec<Uuid>,
    }
}

record! {
    /// Mentors who have a tier in common, and whether they are dormant.
    struct Mentors {
        tier: Tier,
        is_dormant: bool,
        ids: Vec<Uuid>,
        reputations: Vec<f64>,
    }
}

record! {
    /// Those who share one of the mentee's tags.
    struct Sharers {
        kind: TagKind,
        user_ids: Vec<Uuid>,
    }
}

record! {
    /// A mentor, and what they have free.
    struct OpeningsRow {
        mentor_id: Uuid,
        name: String,
        title: Option<String>,
        company: Option<String>,
        now: Timestamp,
        next_free_slot: Option<Timestamp>,
        free_slots: i32,
    }
}

record! {
    /// What a mentor shows besides their profile.
    struct ShownRow {
        mentor_id: Uuid,
        tags: Value,
        urls: Value,
    }
}

record! {
    /// A mentor as `match_mentors` returns them.
    pub struct MatchedMentor {
        id: Uuid,
        name: String,
        title: Option<String>,
        company: Option<String>,
        reputation_tier: Tier,
        reputation_score: f64,
        is_dormant: bool,
        score: f64,
        breakdown: Value,
        next_free_slot: Option<Timestamp>,
        free_slots: i32,
        tags: Value,
        urls: Value,
    }
    returned by returns_matches;
}

/// Most mentors whose free slots are counted: everybody in most organizations.
const LONGEST_SHORTLIST: usize = 1000;
/// How many of them in one statement: enough in most cases.
const LOOKED_AT: usize = 100;

returns_matches! {
    /// The mentors that suit a mentee best.
    #[pg_extern(stable, parallel_unsafe)]
    fn match_mentors(p_mentee_id: Option<pgrx::Uuid>, p_limit: default!(Option<i32>, "10")) -> Vec<MatchedMentor> {
        let mentee_id = args::id(p_mentee_id, "mentee_id")?;
        let limit = args::required(p_limit, "limit")?;
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=200).contains(limit));
        let limit = limit.ok_or_else(|| Refusal::invalid("limit", "must be between 1 and 200"))?;
        Spi::connect(|client| {
            let mentee = Actor::seen(client, mentee_id)?;
            mentee.only_mentees()?;
            let found = find(client, &mentee, limit)?;
            shown(client, mentee.org_id, found)
        })
    }
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

impl Found {
    fn new(standing: Standing, row: OpeningsRow) -> Self {
        let openings = Openings {
            free_slots: row.free_slots.unsigned_abs(),
            first_in: row.next_free_slot.map(|first| first.duration_since(row.now)),
        };
        let points = Match {
            mentor_id: standing.mentor_id,
            name: row.name,
            is_dormant: standing.is_dormant,
            breakdown: Breakdown::of(&standing, &openings),
        };
        let OpeningsRow { title, company, next_free_slot, free_slots, .. } = row;
        Self { standing, points, title, company, next_free_slot, free_slots }
    }

    fn into_matched(self, shown: ShownRow) -> Outcome<MatchedMentor> {
        let breakdown = serde_json::to_value(self.points.breakdown)
            .map_err(|error| Failure::Corrupt(format!("a breakdown is no JSON: {error}")))?;
        Ok(MatchedMentor {
            id: self.standing.mentor_id,
            name: self.points.name,
            title: self.title,
            company: self.company,
            reputation_tier: self.standing.tier,
            reputation_score: self.standing.reputation,
            is_dormant: self.standing.is_dormant,
            score: self.points.breakdown.total().as_f64(),
            breakdown,
            next_free_slot: self.next_free_slot,
            free_slots: self.free_slots,
            tags: shown.tags,
            urls: shown.urls,
        })
    }
}

/// The mentors that were found, each with what they show.
fn shown(client: &SpiClient<'_>, org_id: i32, found: Vec<Found>) -> Outcome<Vec<MatchedMentor>> {
    let mentors: Vec<Uuid> = found.iter().map(|found| found.standing.mentor_id).collect();
    let mut shown: HashMap<Uuid, ShownRow> = HashMap::new();
    for row in SHOWN.rows(client, &[org_id.into(), pg_uuids(&mentors).into()])? {
        let row = row?;
        shown.insert(row.mentor_id, row);
    }
    let matched = |found: Found| {
        let id = found.standing.mentor_id;
        let shown = shown.remove(&id).ok_or_else(|| Failure::Corrupt(format!("mentor {id} shows nothing at all")))?;
        found.into_matched(shown)
    };
    found.into_iter().map(matched).collect()
}

/// The best, in order, at most `limit`.
fn find(client: &SpiClient<'_>, mentee: &Actor, limit: usize) -> Outcome<Vec<Found>> {
    let key = [mentee.org_id.into(), pg_uuid(mentee.id).into()];
    let reach = REACH.row(client, &key)?.ok_or(Refusal::UserNotFound { user_id: mentee.id })?;
    let standings = standings(client, mentee, &reach.opened.into_iter().collect())?;
    let listed = shortlist(standings, reach.highest_bookable, LONGEST_SHORTLIST);
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
    for row in OPENINGS.rows(client, &[org_id.into(), pg_uuids(&mentors).into(), DAYS_AHEAD.into()])? {
        let row = row?;
        let standing = standings.get(&row.mentor_id).copied();
        let not_asked = || Failure::Corrupt(format!("mentor {} was not asked about", row.mentor_id));
        found.push(Found::new(standing.ok_or_else(not_asked)?, row));
    }
    Ok(())
}

/// What is known about every mentor without looking at slots.
fn standings(client: &SpiClient<'_>, mentee: &Actor, overrides: &HashSet<Uuid>) -> Outcome<Vec<Standing>> {
    let shared = shared_tags(client, mentee)?;
    let mut standings = Vec::new();
    for mentors in MENTORS.rows(client, &[mentee.org_id.into()])? {
        let Mentors { tier, is_dormant, ids, reputations } = mentors?;
        standings.extend(ids.into_iter().zip(reputations).map(|(mentor_id, reputation)| Standing {
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
    for sharers in SHARERS.rows(client, &[mentee.org_id.into(), pg_uuid(mentee.id).into()])? {
        let Sharers { kind, user_ids } = sharers?;
        for user_id in user_ids {
            shared.entry(user_id).or_default().add(kind);
        }
    }
    Ok(shared)
}
