//! How a team shares an event type out: JSON in, a checked list of its hosts out (docs/teams.md).

use serde_json::Value;
use uuid::Uuid;

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::rotation::{Member, rescaled, starting_turns};
use crate::word::{self, words};

/// Most hosts of a team's event type, as many as a team may have members.
pub const MOST: usize = 200;
const MEMBER: Kind = Kind {
    argument: "members",
    noun: "a member of an event type",
    known: &["user_id", "is_required", "priority", "weight", "limit_per_day", "limit_per_week"],
};

words! {
    /// How a team shares the meetings of an event type out.
    pub enum Mode {
        /// One member hosts each meeting, in turn.
        RoundRobin,
        /// All required members host it, and others where they are free.
        Collective,
    }
}

impl Mode {
    /// As stored and sent, such as `round_robin`. Refuses others as field `mode`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("mode", text)
    }
}

/// A member of a team who hosts an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    pub user_id: Uuid,
    /// Whether a collective meeting needs them.
    pub is_required: bool,
    /// 0 to 100.
    pub priority: i32,
    /// 1 to 1,000.
    pub weight: i32,
    /// Most meetings of the event type on a date of their zone, 1 to 1,000; `None`: as the event type says.
    pub limit_per_day: Option<i32>,
    /// The same for an ISO week, 1 to 10,000.
    pub limit_per_week: Option<i32>,
}

/// The hosts of an event type from a JSON list of 1 to 200 objects with `user_id` and, if wanted, `is_required` (default
/// true), `priority` (0), `weight` (100), `limit_per_day` and `limit_per_week`.
///
/// Refuses as field `members`, or `members[0].weight` and so on, with everything that is wrong with each; somebody who is
/// named twice; and hosts of a collective event type of whom none is required.
pub fn hosts(mode: Mode, json: &Value) -> Result<Vec<Host>, Refusal> {
    let list = fields::list(MEMBER.argument, json)?;
    if !(1..=MOST).contains(&list.len()) {
        return Err(Refusal::invalid(MEMBER.argument, format!("must be 1 to {MOST} members")));
    }
    let mut problems = Problems::default();
    let mut hosts: Vec<Host> = Vec::with_capacity(list.len());
    for (index, one) in list.iter().enumerate() {
        let Some(host) = problems.note(host(one).map_err(|refusal| refusal.renamed(|it| at(index, it)))) else {
            continue;
        };
        if hosts.iter().any(|other| other.user_id == host.user_id) {
            problems.note::<()>(Err(Refusal::invalid(&at(index, "user_id"), "is there already")));
        }
        hosts.push(host);
    }
    problems.check()?;
    if mode == Mode::Collective && !hosts.iter().any(|host| host.is_required) {
        return Err(Refusal::invalid(MEMBER.argument, "must have one who is required"));
    }
    Ok(hosts)
}

fn host(json: &Value) -> Result<Host, Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &MEMBER, &mut problems)?;
    let user_id = problems.note(fields.required("user_id", fields::id));
    let is_required = problems.note(fields.optional("is_required", fields::boolean)).flatten();
    let priority = problems.note(fields.optional("priority", |name, it| fields::integer_in(name, it, 0, 100)));
    let weight = problems.note(fields.optional("weight", |name, it| fields::integer_in(name, it, 1, 1_000)));
    let a_day = problems.note(fields.optional("limit_per_day", |name, it| fields::integer_in(name, it, 1, 1_000)));
    let a_week = problems.note(fields.optional("limit_per_week", |name, it| fields::integer_in(name, it, 1, 10_000)));
    problems.check()?;
    Ok(Host {
        user_id: user_id.ok_or_else(|| Refusal::invalid("user_id", "is required"))?,
        is_required: is_required.unwrap_or(true),
        priority: priority.flatten().unwrap_or(0),
        weight: weight.flatten().unwrap_or(100),
        limit_per_day: a_day.flatten(),
        limit_per_week: a_week.flatten(),
    })
}

/// In which of the members a field is.
fn at(index: usize, field: &str) -> String {
    if field == MEMBER.argument { format!("members[{index}]") } else { format!("members[{index}].{field}") }
}

/// Where the hosts stand in the rotation once they are these, in their order. Who was there stays where they were; with
/// another weight, meetings come by that from then on. Who is new, or has another priority, begins where those are with
/// whom they take turns from now on.
pub fn settled(before: &[Member], hosts: &[Host]) -> Vec<Member> {
    let kept = |host: &Host| {
        let was = before.iter().find(|member| member.user_id == host.user_id && member.priority == host.priority)?;
        Some(Member { weight: host.weight, turns: rescaled(was.turns, was.weight, host.weight), ..*was })
    };
    let staying: Vec<Member> = hosts.iter().filter_map(kept).collect();
    let begins = |host: &Host| Member {
        user_id: host.user_id,
        priority: host.priority,
        weight: host.weight,
        turns: starting_turns(host.priority, host.weight, &staying),
        last_assigned_at: before.iter().find(|was| was.user_id == host.user_id).and_then(|was| was.last_assigned_at),
    };
    hosts.iter().map(|host| kept(host).unwrap_or_else(|| begins(host))).collect()
}
