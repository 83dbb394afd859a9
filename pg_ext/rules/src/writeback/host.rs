//! Whose event brings the conference link: one event of a booking makes it at its provider, and the others show it.

use super::{Account, AccountState, Conference, Party, Writeback};

/// A participant with the account that has, or will have, their event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'a> {
    pub party: Party,
    pub account: &'a Account,
    /// Their row, if there is one.
    pub row: Option<&'a Writeback>,
}

impl Seat<'_> {
    fn hosts(&self) -> bool {
        self.row.is_some_and(|row| row.is_wanted() && row.hosts_conference)
    }

    fn has_failed(&self) -> bool {
        self.row.is_some_and(|row| row.conference == Conference::Failed)
    }
}

/// Whoever hosts already stays the host. Else it is Google's account before Microsoft's, and then the lowest rank; one
/// that could not make a link is not asked again.
pub(super) fn host<'a>(seats: &[Seat<'a>]) -> Option<Seat<'a>> {
    let can_host =
        |seat: &&Seat<'_>| (seat.account.state == AccountState::Connected || seat.hosts()) && !seat.has_failed();
    seats.iter().filter(can_host).min_by_key(|seat| (!seat.hosts(), seat.account.provider, seat.party.rank)).copied()
}
