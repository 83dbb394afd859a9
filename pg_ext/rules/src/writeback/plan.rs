//! Which events a booking is owed now.

use uuid::Uuid;

use super::host::{Seat, host};
use super::{Account, AccountState, Conference, Meeting, Operation, Party, Span, Status, Writeback};

/// When a row's event can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Now,
    /// When the link is there that it is to show, or in a minute without it.
    WithLink,
    /// When its user has connected the account again.
    Reconnected,
}

/// A row that is new, or that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub row: Writeback,
    pub when: When,
}

/// What must change for a booking to be in the right calendars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// New and changed rows, one for a user.
    pub owed: Vec<Owed>,
    /// Whether the booking loses its link: the event that brought it goes.
    pub loses_link: bool,
}

/// Plans a booking's events: one for each active participant with an account to write to while the meeting takes place,
/// none otherwise. `parties` are the active participants; `accounts` are theirs and those of `present`, the oldest first;
/// `present` are the booking's rows. Planning again without a change changes nothing.
pub fn plan(meeting: &Meeting, parties: &[Party], accounts: &[Account], present: &[Writeback]) -> Plan {
    let mut plan = Plan { owed: Vec::new(), loses_link: false };
    let is_with = |row: &Writeback| meeting.takes_place() && parties.iter().any(|party| party.user_id == row.user_id);
    for row in present.iter().filter(|row| row.is_wanted() && !is_with(row)) {
        plan.loses_link |= row.hosts_conference && meeting.has_link && meeting.is_ahead();
        let row = Writeback { operation: Operation::Cancel, ..row.wanted_anew() };
        plan.owed.push(Owed { when: when(accounts, &row), row });
    }
    if !meeting.takes_place() {
        return plan;
    }
    let seats: Vec<Seat<'_>> = parties.iter().filter_map(|party| seat(*party, accounts, present)).collect();
    let host = if meeting.is_online { host(&seats) } else { None }.map(|seat| seat.party.user_id);
    let waits_for_link = host.is_some() && (!meeting.has_link || plan.loses_link);
    for seat in &seats {
        let hosts_conference = host == Some(seat.party.user_id);
        match present.iter().find(|row| row.user_id == seat.party.user_id) {
            None => {
                let row = created(seat, meeting.time, hosts_conference);
                let when = match when(accounts, &row) {
                    When::Now if waits_for_link && !hosts_conference => When::WithLink,
                    when => when,
                };
                plan.owed.push(Owed { row, when });
            }
            Some(row) if row.is_wanted() && row.wanted == meeting.time && row.hosts_conference == hosts_conference => {}
            Some(row) => {
                let row = wanted_again(row, seat.account.id, meeting.time, hosts_conference);
                plan.owed.push(Owed { when: when(accounts, &row), row });
            }
        }
    }
    plan
}

/// The account for a participant's event: the one that has it; else one with a calendar that is written to, rather one
/// that is connected than one that is not, and the oldest of those.
fn seat<'a>(party: Party, accounts: &'a [Account], present: &'a [Writeback]) -> Option<Seat<'a>> {
    let row = present.iter().find(|row| row.user_id == party.user_id);
    let own = || accounts.iter().filter(|account| account.user_id == party.user_id);
    let of_row = row.filter(|row| !is_gone(row)).and_then(|row| own().find(|account| account.id == row.account_id));
    let written = own().filter(|account| account.is_written).min_by_key(|account| account.state);
    let account = if row.is_some_and(Writeback::is_wanted) { of_row } else { written.map(|it| of_row.unwrap_or(it)) };
    account.map(|account| Seat { party, account, row })
}

/// Whether nothing is wanted, and nothing is there.
fn is_gone(row: &Writeback) -> bool {
    !row.is_wanted() && row.status == Status::Done
}

fn created(seat: &Seat<'_>, time: Span, hosts_conference: bool) -> Writeback {
    Writeback {
        user_id: seat.party.user_id,
        account_id: seat.account.id,
        operation: Operation::Create,
        generation: 1,
        incarnation: 1,
        hosts_conference,
        wanted: time,
        status: Status::Pending,
        begun: false,
        event_id: None,
        written: None,
        written_generation: 0,
        conference: Conference::None,
    }
}

/// An event that changes, or that is wanted though it was to go. Where it is gone already, another is made, if need be in
/// another account; where its removal is still owed, it is kept instead.
fn wanted_again(row: &Writeback, account_id: Uuid, time: Span, hosts_conference: bool) -> Writeback {
    Writeback {
        account_id,
        incarnation: row.incarnation + i32::from(is_gone(row)),
        wanted: time,
        hosts_conference,
        ..row.wanted_anew()
    }
}

/// When a row of that account can be written.
pub(super) fn when(accounts: &[Account], row: &Writeback) -> When {
    match accounts.iter().find(|account| account.id == row.account_id).map(|account| account.state) {
        Some(AccountState::Connected) => When::Now,
        Some(AccountState::NeedsReconnect) | None => When::Reconnected,
    }
}
