//! Accounts, their calendars, and what the fake was told to do.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::channels::Channel;
use super::conference::Meetings;
use super::event::Stored;
use super::refusal::Refusal;
use crate::Pushes;
use crate::oauth::Authority;
use crate::snapshots::Snapshots;

/// What an account may do with a calendar.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Role {
    FreeBusyReader,
    Reader,
    WriterWithoutPrivateAccess,
    Writer,
    Owner,
}

/// A calendar in somebody's list.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    /// Its IANA name.
    pub time_zone: String,
    pub role: Role,
    pub is_primary: bool,
    /// Holidays, for example, are not.
    pub is_watchable: bool,
}

pub(super) struct State {
    pub authority: Authority,
    pub accounts: BTreeMap<String, Vec<Shelf>>,
    pub channels: Vec<Channel>,
    pub lists: Snapshots,
    pub page_size: usize,
    pub longest_range: SignedDuration,
    pub meetings: Meetings,
    pub pushes: Pushes,
}

/// A calendar with its events.
pub(super) struct Shelf {
    pub calendar: Calendar,
    /// Cancelled ones too, as their ids stay taken.
    pub events: BTreeMap<String, Stored>,
    /// Counts the changes.
    pub revision: u64,
    /// Sync tokens of an earlier one have expired.
    pub generation: u64,
    pub error: Option<String>,
}

impl Calendar {
    /// Somebody's own calendar, in UTC.
    pub fn named(id: &str, name: &str) -> Self {
        let time_zone = "UTC".to_owned();
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            time_zone,
            role: Role::Owner,
            is_primary: false,
            is_watchable: true,
        }
    }

    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).expect("an IANA name")
    }
}

impl Role {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::FreeBusyReader => "freeBusyReader",
            Self::Reader => "reader",
            Self::WriterWithoutPrivateAccess => "writerWithoutPrivateAccess",
            Self::Writer => "writer",
            Self::Owner => "owner",
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            authority: Authority::default(),
            accounts: BTreeMap::new(),
            channels: Vec::new(),
            lists: Snapshots::default(),
            page_size: usize::MAX,
            longest_range: SignedDuration::from_hours(60 * 24),
            meetings: Meetings::default(),
            pushes: Pushes::default(),
        }
    }
}

impl State {
    /// A calendar by its id, or `primary`.
    pub fn shelf(&mut self, account: &str, calendar: &str) -> Result<&mut Shelf, Refusal> {
        let shelves = self.accounts.get_mut(account).ok_or_else(Refusal::not_found)?;
        let is_it = |it: &Calendar| it.id == calendar || (it.is_primary && calendar == "primary");
        shelves.iter_mut().find(|shelf| is_it(&shelf.calendar)).ok_or_else(Refusal::not_found)
    }
}

impl Shelf {
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar, events: BTreeMap::new(), revision: 0, generation: 0, error: None }
    }

    pub fn must_be(&self, role: Role) -> Result<(), Refusal> {
        if self.calendar.role >= role { Ok(()) } else { Err(Refusal::role_too_low()) }
    }

    /// An event, cancelled or not.
    pub fn event(&mut self, id: &str) -> Result<&mut Stored, Refusal> {
        self.events.get_mut(id).ok_or_else(Refusal::not_found)
    }

    /// Keeps a changed or new event as the calendar's newest change.
    pub fn keep(&mut self, mut event: Stored, now: Timestamp) -> &Stored {
        self.revision += 1;
        event.revision = self.revision;
        event.updated = now;
        let id = event.id.clone();
        self.events.insert(id.clone(), event);
        &self.events[&id]
    }
}
