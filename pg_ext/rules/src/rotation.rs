//! Whose turn it is: how a team shares the meetings of an event type out among its members (docs/teams.md, DESIGN §12).

use std::cmp::Ordering;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::state::Status;

/// A member who hosts an event type, and where they stand in its rotation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub user_id: Uuid,
    /// Those with the highest take turns, 0 to 100.
    pub priority: i32,
    /// Their share of the meetings beside the others' weights, 1 to 1,000.
    pub weight: i32,
    /// How often they were assigned; a fraction once a weight was changed, or where they began later than others.
    pub turns: f64,
    /// When they were last assigned; `None`: never.
    pub last_assigned_at: Option<Timestamp>,
}

impl Member {
    /// Turns for one unit of weight. Rounded, so that members who are equal up to the error of a division are equal.
    fn turns_per_weight(&self) -> f64 {
        (self.turns / f64::from(self.weight.max(1)) * 1e9).round() / 1e9
    }
}

/// Who is assigned, and why. As JSON it is a fact of the booking's history: it says all that the choice rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub user_id: Uuid,
    pub priority: i32,
    pub weight: i32,
    /// Their turns before this one.
    pub turns: f64,
    /// When they were assigned before.
    pub last_assigned_at: Option<Timestamp>,
    /// How many members were free, this one included.
    pub free: usize,
    #[serde(flatten)]
    pub reason: Reason,
}

/// Which rule decided: the first one that left one member.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Nobody else was free.
    OnlyOneFree,
    /// Nobody else who was free had so high a priority.
    HighestPriority {
        /// The highest of the others.
        next_priority: i32,
    },
    /// Among those of the highest priority, nobody else had so few turns for their weight.
    FewestTurns {
        /// Turns of whoever came next.
        next_turns: f64,
        /// Their weight.
        next_weight: i32,
    },
    /// Among those with the fewest turns, nobody else had waited so long. Who was never assigned has waited longest.
    LongestAgo {
        /// When whoever came next was last assigned.
        next_last_assigned_at: Option<Timestamp>,
    },
    /// Nothing told them apart; the lowest id was taken.
    LowestId,
    /// Nobody asked whose turn it was: somebody named them.
    ByHand,
}

impl Reason {
    /// As history keeps it, such as `fewest_turns`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::OnlyOneFree => "only_one_free",
            Self::HighestPriority { .. } => "highest_priority",
            Self::FewestTurns { .. } => "fewest_turns",
            Self::LongestAgo { .. } => "longest_ago",
            Self::LowestId => "lowest_id",
            Self::ByHand => "by_hand",
        }
    }
}

/// In words, without naming anybody.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { free, priority, weight, turns, last_assigned_at, .. } = *self;
        match self.reason {
            Reason::OnlyOneFree => write!(f, "nobody else was free"),
            Reason::HighestPriority { next_priority } => {
                write!(f, "the highest priority of the {free} who were free: {priority}; the next had {next_priority}")
            }
            Reason::FewestTurns { next_turns, next_weight } => write!(
                f,
                "the fewest turns for the weight: {} at weight {weight}; the next had {} at weight {next_weight}",
                shown(turns),
                shown(next_turns)
            ),
            Reason::LongestAgo { next_last_assigned_at } => write!(
                f,
                "as many turns as others, but waited longest: last assigned {}; the next {}",
                shown_time(last_assigned_at),
                shown_time(next_last_assigned_at)
            ),
            Reason::LowestId => {
                write!(f, "nothing told the {free} who were free apart; the lowest id was taken")
            }
            Reason::ByHand => write!(f, "named by somebody, whoever had the turn"),
        }
    }
}

/// Two decimals at most.
fn shown(turns: f64) -> f64 {
    (turns * 100.0).round() / 100.0
}

fn shown_time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}

/// Who of those that are free hosts the next meeting: of those with the highest priority the ones with the fewest turns
/// for their weight; of those whoever was assigned longest ago, and before them who never was; then the lowest id.
/// `None` when nobody is free. The order of `free` does not matter.
///
/// While everybody is free, nobody is ever more than one turn above the share that their weight gives them. Who was long
/// not free, and missed turns that others took, has fewer than they and so comes first until they have caught up.
pub fn choose(free: &[Member]) -> Option<Choice> {
    let mut order: Vec<&Member> = free.iter().collect();
    order.sort_by(|a, b| before(a, b));
    let (first, next) = (**order.first()?, order.get(1));
    let reason = next.map_or(Reason::OnlyOneFree, |next| told_apart(&first, next));
    let Member { user_id, priority, weight, turns, last_assigned_at } = first;
    Some(Choice { user_id, priority, weight, turns, last_assigned_at, free: free.len(), reason })
}

/// Somebody names the member who hosts a meeting. It is a turn like any other.
pub fn by_hand(named: &Member) -> Choice {
    let Member { user_id, priority, weight, turns, last_assigned_at } = *named;
    Choice { user_id, priority, weight, turns, last_assigned_at, free: 1, reason: Reason::ByHand }
}

/// The order of turns.
fn before(a: &Member, b: &Member) -> Ordering {
    b.priority
        .cmp(&a.priority)
        .then(a.turns_per_weight().total_cmp(&b.turns_per_weight()))
        // `None` comes before every instant.
        .then(a.last_assigned_at.cmp(&b.last_assigned_at))
        .then(a.user_id.cmp(&b.user_id))
}

/// By which rule the first comes before the next.
fn told_apart(first: &Member, next: &Member) -> Reason {
    if first.priority != next.priority {
        Reason::HighestPriority { next_priority: next.priority }
    } else if first.turns_per_weight() != next.turns_per_weight() {
        Reason::FewestTurns { next_turns: next.turns, next_weight: next.weight }
    } else if first.last_assigned_at != next.last_assigned_at {
        Reason::LongestAgo { next_last_assigned_at: next.last_assigned_at }
    } else {
        Reason::LowestId
    }
}

/// Turns with which a member of that priority and weight begins: as many for their weight as whoever of the others has
/// the fewest, so that they neither get every meeting until they have caught up nor wait until the others have.
///
/// Who takes turns with them counts, the others of the same priority; where there are none, all others. 0 without others.
pub fn starting_turns(priority: i32, weight: i32, others: &[Member]) -> f64 {
    let fewest =
        |members: &mut dyn Iterator<Item = &Member>| members.map(Member::turns_per_weight).min_by(f64::total_cmp);
    fewest(&mut others.iter().filter(|other| other.priority == priority))
        .or_else(|| fewest(&mut others.iter()))
        .map_or(0.0, |per_weight| per_weight * f64::from(weight))
}

/// The turns of a member whose weight changes: they stay where they are among the others, and from there on meetings come
/// by the new weight.
pub fn rescaled(turns: f64, old_weight: i32, new_weight: i32) -> f64 {
    turns * f64::from(new_weight) / f64::from(old_weight.max(1))
}

/// When a meeting came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    BeforeItBegan,
    AfterItBegan,
}

/// Whether the host of a meeting came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostCame {
    Yes,
    No,
}

/// Whether a meeting that stands so is no turn of its host: then the turn that was counted when it was assigned is given
/// back. It is one as long as the meeting is due, and if it took place; not if it was called off before it began, if
/// nobody confirmed it, or if nobody else came. Whoever did not come to their own meeting had their turn.
///
/// A meeting that goes to another host takes its turn with it: the new host has it, whatever becomes of the meeting.
pub fn turn_given_back(status: Status, ended: Ended, host: HostCame) -> bool {
    match status {
        Status::Held | Status::Pending | Status::Confirmed | Status::Completed => false,
        Status::Declined | Status::Expired => true,
        Status::Canceled => ended == Ended::BeforeItBegan,
        Status::NoShow => host == HostCame::Yes,
    }
}
