//! Claims what is due, fairly among tenants and lanes.

use std::collections::{HashMap, HashSet};

use convene_rules::refusal::Refusal;
use convene_rules::work::{Candidate, Capacity, InProgress, Item, abandoned, choose};
use jiff::Timestamp;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::put_back::PutBack;
use crate::failure::Outcome;
use crate::values::{pg_uuid, pg_uuids, uuid};
use crate::{args, record, statement};

statement! {
    fresh ABANDONED: Leased = "../sql/work_abandoned.sql" (TEXTOID);
    fresh DUE: Due = "../sql/work_due.sql" (TEXTOID, INT4OID);
    fresh DUE_BY_TENANT: Due = "../sql/work_due_by_tenant.sql" (
        TEXTOID, INT4OID, INT4OID, UUIDARRAYOID, INT4OID, TEXTARRAYOID, INT4ARRAYOID,
    );
    fresh RANDOM_TENANT: Tenant = "../sql/work_random_tenant.sql" (TEXTOID);
    fresh LEASED_KEYS: LeasedKey = "../sql/work_leased_keys.sql" (TEXTOID);
    fresh LOCK_KEYS: Key = "../sql/work_lock_keys.sql" (TEXTOID, UUIDARRAYOID);
    fresh TAKE: Claimed = "../sql/work_take.sql" (TEXTOID, INT4ARRAYOID, UUIDARRAYOID, UUIDOID, INT4OID);
}

/// Fewest of the oldest items that are looked at. When as many are due there may be more, and those of other tenants and
/// lanes are looked for behind them.
const FEWEST_LOOKED_AT: i32 = 200;
/// How often other items are chosen in place of those that another worker takes at this moment.
const ROUNDS: usize = 3;

record! {
    pub struct Claimed {
        org_id: i32,
        subject_id: Uuid,
        lane: String,
        concurrency_key: Option<Uuid>,
        version: i32,
        attempts: i32,
    }
    returned by returns_claims;
}

record! {
    struct Due {
        org_id: i32,
        subject_id: Uuid,
        lane: String,
        concurrency_key: Option<Uuid>,
    }
}

record! {
    /// An item in progress.
    pub struct Leased {
        pub org_id: i32,
        pub subject_id: Uuid,
        pub attempts: i32,
        pub asked_again: Option<Timestamp>,
        pub now: Timestamp,
        pub chance: f64,
        /// Which of those that were named, from 1.
        pub place: i64,
    }
}

record! {
    struct LeasedKey {
        concurrency_key: Uuid,
        leased: i64,
    }
}

record! {
    struct Key {
        concurrency_key: Uuid,
    }
}

record! {
    struct Tenant {
        org_id: i32,
    }
}

returns_claims! {
    /// Claims what is due. COMMENT in finalize.sql.
    #[pg_extern(volatile, parallel_unsafe)]
    fn claim_work(
        p_queue: Option<&str>,
        p_lease: Option<pgrx::Uuid>,
        p_limit: Option<i32>,
        p_seconds: Option<i32>,
        p_lane_share: default!(Option<i32>, "NULL"),
        p_org_share: default!(Option<i32>, "NULL"),
        p_lanes: default!(Option<Vec<String>>, "'{}'"),
        p_org_ids: default!(Option<Vec<i32>>, "'{}'"),
        p_most_per_key: default!(Option<i32>, "NULL"),
        p_resting_keys: default!(Option<Vec<pgrx::Uuid>>, "'{}'"),
    ) -> Vec<Claimed> {
        let limit = number(p_limit, "limit")?;
        let mut lanes = HashMap::new();
        for lane in args::required(p_lanes, "lanes")? {
            *lanes.entry(lane).or_default() += 1;
        }
        let mut orgs = HashMap::new();
        for org_id in args::required(p_org_ids, "org_ids")? {
            *orgs.entry(org_id).or_default() += 1;
        }
        let claim = Claim {
            queue: args::required(p_queue, "queue")?,
            lease: args::id(p_lease, "lease")?,
            seconds: args::required(p_seconds, "seconds")?,
            capacity: Capacity {
                most: limit,
                lane_share: p_lane_share.map_or(Ok(limit), |share| number(Some(share), "lane_share"))?,
                org_share: p_org_share.map_or(Ok(limit), |share| number(Some(share), "org_share"))?,
                per_key: p_most_per_key.map(|most| number(Some(most), "most_per_key")).transpose()?,
            },
            resting: args::required(p_resting_keys, "resting_keys")?.into_iter().map(uuid).collect(),
            in_progress: InProgress { lanes, orgs, keys: HashMap::new() },
        };
        Spi::connect(|client| claim.run(client))
    }
}

fn number(value: Option<i32>, name: &str) -> Outcome<usize> {
    let number = usize::try_from(args::required(value, name)?).ok().filter(|number| (1..=1000).contains(number));
    number.ok_or_else(|| Refusal::invalid(name, "must be between 1 and 1000").into())
}

/// What a claim takes.
struct Choice {
    chosen: Vec<Due>,
    /// How many it would have taken, had no other claim been at their keys.
    wished: usize,
    /// Keys that another claim is at.
    contended: Vec<Uuid>,
}

/// What a worker asks for.
struct Claim<'a> {
    queue: &'a str,
    lease: Uuid,
    seconds: i32,
    capacity: Capacity,
    /// Keys that are left alone for a while.
    resting: Vec<Uuid>,
    /// By lane and tenant, the worker's own; keys are counted here.
    in_progress: InProgress,
}

impl Claim<'_> {
    fn run(mut self, client: &SpiClient<'_>) -> Outcome<Vec<Claimed>> {
        self.take_over(client)?;
        let mut claimed = Vec::new();
        let mut missed = HashSet::new();
        for _ in 0..ROUNDS {
            self.in_progress.keys = self.leased_keys(client)?;
            let mut candidates = self.candidates(client)?;
            candidates.retain(|due| !missed.contains(&due.subject_id));
            let Choice { chosen, wished, contended } = self.choose(client, candidates)?;
            let taken = self.take(client, &chosen)?;
            // Another claim is at these keys. What lies behind their items is looked for in the next round.
            self.resting.extend(contended);
            missed.extend(chosen.iter().map(|due| due.subject_id));
            for item in &taken {
                *self.in_progress.lanes.entry(item.lane.clone()).or_default() += 1;
                *self.in_progress.orgs.entry(item.org_id).or_default() += 1;
            }
            self.capacity.most -= taken.len();
            let is_complete = taken.len() == wished;
            claimed.extend(taken);
            if is_complete {
                break;
            }
        }
        Ok(claimed)
    }

    /// Puts back what nobody works on any more, though somebody claimed it.
    fn take_over(&self, client: &SpiClient<'_>) -> Outcome<()> {
        let mut put_back = PutBack::default();
        for item in ABANDONED.rows(client, &[self.queue.into()])? {
            let Leased { org_id, subject_id, attempts, asked_again, now, chance, .. } = item?;
            put_back.add(org_id, subject_id, abandoned(Item { attempts, asked_again }, now, chance), now)?;
        }
        put_back.store(client, self.queue)
    }

    fn leased_keys(&self, client: &SpiClient<'_>) -> Outcome<HashMap<Uuid, usize>> {
        if self.capacity.per_key.is_none() {
            return Ok(HashMap::new());
        }
        let counted = |key: Outcome<LeasedKey>| {
            let LeasedKey { concurrency_key, leased } = key?;
            Ok((concurrency_key, usize::try_from(leased).unwrap_or(usize::MAX)))
        };
        LEASED_KEYS.rows(client, &[self.queue.into()])?.map(counted).collect()
    }

    /// What is due, the oldest first.
    fn candidates(&self, client: &SpiClient<'_>) -> Outcome<Vec<Due>> {
        let Capacity { most, lane_share, org_share, per_key } = self.capacity;
        let mut excluded: HashSet<Uuid> = self.resting.iter().copied().collect();
        if let Some(per_key) = per_key {
            excluded
                .extend(self.in_progress.keys.iter().filter(|(_, leased)| **leased >= per_key).map(|(key, _)| *key));
        }
        let limit = i32::try_from(most).unwrap_or(i32::MAX);
        let looked_at = limit.saturating_mul(4).max(FEWEST_LOOKED_AT);
        let mut due: Vec<Due> = DUE.rows(client, &[self.queue.into(), looked_at.into()])?.collect::<Outcome<_>>()?;
        let may_hide_others = due.len() >= usize::try_from(looked_at).unwrap_or(usize::MAX);
        due.retain(|due| due.concurrency_key.is_none_or(|key| !excluded.contains(&key)));
        if may_hide_others {
            let full_lanes = self.in_progress.lanes.iter().filter(|(_, count)| **count >= lane_share);
            let full_lanes: Vec<String> = full_lanes.map(|(lane, _)| lane.clone()).collect();
            let full_orgs = self.in_progress.orgs.iter().filter(|(_, count)| **count >= org_share);
            let full_orgs: Vec<i32> = full_orgs.map(|(org_id, _)| *org_id).collect();
            let excluded: Vec<Uuid> = excluded.into_iter().collect();
            let mut known: HashSet<Uuid> = due.iter().map(|due| due.subject_id).collect();
            // From somewhere among the tenants to the last, and from the first to there.
            let start = RANDOM_TENANT.row(client, &[self.queue.into()])?.map_or(0, |tenant| tenant.org_id);
            for (from, before) in [(start, i32::MAX), (0, start)] {
                let args = [
                    self.queue.into(),
                    from.into(),
                    before.into(),
                    pg_uuids(&excluded).into(),
                    limit.into(),
                    full_lanes.clone().into(),
                    full_orgs.clone().into(),
                ];
                for item in DUE_BY_TENANT.rows(client, &args)? {
                    let item = item?;
                    if known.insert(item.subject_id) {
                        due.push(item);
                    }
                }
            }
        }
        Ok(due)
    }

    /// Chooses as the rules say; alone for the keys of what is chosen, so that no two claims exceed what a key allows.
    fn choose(&self, client: &SpiClient<'_>, mut due: Vec<Due>) -> Outcome<Choice> {
        let mut in_progress = self.in_progress.clone();
        let mut contended = Vec::new();
        let mut chosen: Vec<usize> = choose(&candidates(&due), in_progress.clone(), self.capacity);
        let wished = chosen.len();
        if self.capacity.per_key.is_some() {
            let mut keys: Vec<Uuid> = chosen.iter().filter_map(|place| due[*place].concurrency_key).collect();
            keys.sort_unstable();
            keys.dedup();
            if !keys.is_empty() {
                let args = [self.queue.into(), pg_uuids(&keys).into()];
                let locked = LOCK_KEYS.rows(client, &args)?.map(|key| Ok(key?.concurrency_key));
                let locked: HashSet<Uuid> = locked.collect::<Outcome<_>>()?;
                contended.extend(keys.into_iter().filter(|key| !locked.contains(key)));
                due.retain(|due| due.concurrency_key.is_none_or(|key| locked.contains(&key)));
                // With what the last to hold those locks did.
                in_progress.keys = self.leased_keys(client)?;
                chosen = choose(&candidates(&due), in_progress, self.capacity);
            }
        }
        chosen.sort_unstable();
        let mut places = chosen.into_iter().peekable();
        let is_chosen = |(place, due)| places.next_if_eq(&place).map(|_| due);
        Ok(Choice { chosen: due.into_iter().enumerate().filter_map(is_chosen).collect(), wished, contended })
    }

    fn take(&self, client: &SpiClient<'_>, chosen: &[Due]) -> Outcome<Vec<Claimed>> {
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let org_ids: Vec<i32> = chosen.iter().map(|due| due.org_id).collect();
        let subjects: Vec<Uuid> = chosen.iter().map(|due| due.subject_id).collect();
        let args = [
            self.queue.into(),
            org_ids.into(),
            pg_uuids(&subjects).into(),
            pg_uuid(self.lease).into(),
            self.seconds.into(),
        ];
        TAKE.rows(client, &args)?.collect()
    }
}

fn candidates(due: &[Due]) -> Vec<Candidate> {
    due.iter().map(|due| Candidate { org_id: due.org_id, lane: due.lane.clone(), key: due.concurrency_key }).collect()
}
