//! What a try at the provider came to.

use jiff::Timestamp;
use uuid::Uuid;

use super::host::{Seat, host};
use super::plan::{Owed, When, when};
use super::{Account, AccountState, Conference, Operation, Party, Span, Status, Writeback};
use crate::backoff;

/// A try, as it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Whose event it was.
    pub user_id: Uuid,
    /// What was wanted when it began.
    pub generation: i32,
    /// Tries since that is wanted, this one included.
    pub attempts: i32,
    pub found: Found,
}

/// What is at the provider now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The event, at that time.
    Written { at: Span, event_id: String, link: Link },
    /// No event: it was removed, or never made.
    Removed,
    /// The event is gone and its id cannot be used again.
    Gone,
}

/// What the provider says of the conference link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// None was asked for.
    None,
    Pending,
    Refused,
    /// The one that the booking has.
    Known,
    /// Another than the booking has.
    New,
}

/// What becomes of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing is left to do, but for what was wanted meanwhile.
    Done,
    /// The event is there, and its link is asked for again.
    AwaitLink,
    /// It is to be made anew, under another id.
    MakeAnew,
}

/// What must be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub row: Writeback,
    /// Other rows of the booking that change.
    pub others: Vec<Owed>,
    /// Whether the booking gets the link that was found.
    pub brings_link: bool,
    /// Whether what was read of the account's busy time no longer holds: an event of ours went, or moved.
    pub outdates_busy_time: bool,
    pub conclusion: Conclusion,
}

/// Takes up a try. `rows` are the booking's, `parties` and `accounts` as for `plan`. `None` when the row is not there any
/// more.
pub fn finish(
    rows: &[Writeback],
    parties: &[Party],
    accounts: &[Account],
    attempt: &Attempt,
    now: Timestamp,
) -> Option<Finished> {
    let (own, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.user_id == attempt.user_id);
    let row = *own.first()?;
    let is_current = row.generation == attempt.generation;
    let mut finished = Finished {
        row: row.clone(),
        others: Vec::new(),
        brings_link: false,
        outdates_busy_time: false,
        conclusion: Conclusion::Done,
    };
    match &attempt.found {
        Found::Gone => {
            finished.row = Writeback { incarnation: row.incarnation + 1, ..absent(row) };
            finished.conclusion = Conclusion::MakeAnew;
        }
        Found::Removed => {
            finished.row = removed(row, attempt.generation);
            finished.outdates_busy_time = true;
        }
        Found::Written { at, event_id, link } => {
            let awaits = *link == Link::Pending && backoff::delay(attempt.attempts, 1.0).is_some() && at.end > now;
            let conference = conference(*link, awaits);
            finished.row = Writeback {
                status: if is_current && !awaits { Status::Done } else { Status::Pending },
                begun: true,
                event_id: Some(event_id.clone()),
                written: Some(*at),
                written_generation: attempt.generation,
                conference,
                hosts_conference: row.hosts_conference && conference != Conference::Failed,
                ..row.clone()
            };
            finished.outdates_busy_time = attempt.generation > 1;
            if is_current && awaits {
                finished.conclusion = Conclusion::AwaitLink;
            }
            if conference == Conference::Failed && row.hosts_conference && at.end > now {
                finished.others = handed_over(&others, parties, accounts);
            }
            if *link == Link::New && row.hosts_conference && is_current {
                finished.brings_link = true;
                finished.others =
                    others.iter().filter(|other| other.is_wanted()).map(|other| with_link(other, accounts)).collect();
            }
        }
    }
    Some(finished)
}

/// No event is known of any more.
fn absent(row: &Writeback) -> Writeback {
    Writeback { begun: false, event_id: None, written: None, status: Status::Pending, ..row.clone() }
}

fn removed(row: &Writeback, generation: i32) -> Writeback {
    let row = Writeback { written_generation: generation, conference: Conference::None, ..absent(row) };
    match (row.generation == generation, row.is_wanted()) {
        (true, _) => Writeback { status: Status::Done, ..row },
        // It is wanted again since, and the id of the one that is removed cannot be used.
        (false, true) => Writeback { incarnation: row.incarnation + 1, operation: Operation::Create, ..row },
        (false, false) => row,
    }
}

fn conference(link: Link, awaits: bool) -> Conference {
    match link {
        Link::None => Conference::None,
        Link::Pending if awaits => Conference::Pending,
        // One that is not there after all tries, or when the meeting is over, will not come.
        Link::Pending | Link::Refused => Conference::Failed,
        Link::Known | Link::New => Conference::Ready,
    }
}

/// Another participant's account may have better luck: the next in the order of hosts.
fn handed_over(others: &[&Writeback], parties: &[Party], accounts: &[Account]) -> Vec<Owed> {
    let seat = |row: &&'_ Writeback| {
        let party = parties.iter().find(|party| party.user_id == row.user_id)?;
        let account = accounts.iter().find(|account| account.id == row.account_id)?;
        Some((*party, account))
    };
    let seats: Vec<Seat<'_>> = others
        .iter()
        .filter(|row| row.is_wanted() && row.conference == Conference::None && !row.hosts_conference)
        .filter_map(|row| seat(row).map(|(party, account)| Seat { party, account, row: Some(row) }))
        .filter(|seat| seat.account.state == AccountState::Connected)
        .collect();
    let next = host(&seats).and_then(|seat| seat.row);
    next.map(|row| Owed { row: Writeback { hosts_conference: true, ..row.wanted_anew() }, when: When::Now })
        .into_iter()
        .collect()
}

/// An event that is to show the link. One that nobody began to make stays of its generation: there is no work in progress
/// to be overtaken.
fn with_link(row: &Writeback, accounts: &[Account]) -> Owed {
    let row = if row.begun { row.wanted_anew() } else { row.put() };
    let row = Writeback { hosts_conference: false, ..row };
    Owed { when: when(accounts, &row), row }
}
