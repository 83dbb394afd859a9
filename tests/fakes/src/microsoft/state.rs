//! Mailboxes, their calendars, and what the fake was told to do.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::delta::{Delta, DeltaReset};
use super::event::Stored;
use super::notifications::News;
use super::refusal::Refusal;
use super::subscriptions::Subscription;
use crate::Pushes;
use crate::oauth::Authority;
use crate::snapshots::Snapshots;

/// A calendar of a mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    pub is_default: bool,
    pub can_edit: bool,
    /// The address of who shares it; `None` for the mailbox's own. To read it takes `Calendars.Read.Shared`.
    pub owner: Option<String>,
}

pub(super) struct State {
    pub authority: Authority,
    pub mailboxes: BTreeMap<String, Mailbox>,
    pub subscriptions: Vec<Subscription>,
    pub lists: Snapshots,
    pub deltas: HashMap<String, Delta>,
    pub delta_reset: DeltaReset,
    pub to_interact: HashSet<String>,
    pub page_size: usize,
    pub meeting_delay: u32,
    pub pushes: Pushes,
}

pub(super) struct Mailbox {
    pub is_personal: bool,
    pub calendars: Vec<Calendar>,
    /// Deleted ones too, as deltas tell of them.
    pub events: BTreeMap<String, Stored>,
    /// Counts the changes.
    pub revision: u64,
    /// What has changed and was not told yet.
    pub news: Vec<News>,
}

impl Calendar {
    /// One that its owner may write.
    pub fn named(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), is_default: false, can_edit: true, owner: None }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            authority: Authority::default(),
            mailboxes: BTreeMap::new(),
            subscriptions: Vec::new(),
            lists: Snapshots::default(),
            deltas: HashMap::new(),
            delta_reset: DeltaReset::default(),
            to_interact: HashSet::new(),
            page_size: usize::MAX,
            meeting_delay: 0,
            pushes: Pushes::default(),
        }
    }
}

impl State {
    pub fn mailbox(&mut self, account: &str) -> Result<&mut Mailbox, Refusal> {
        self.mailboxes.get_mut(account).ok_or_else(Refusal::not_found)
    }
}

impl Mailbox {
    pub fn of_an_organization() -> Self {
        let calendar = Calendar { is_default: true, ..Calendar::named("calendar", "Calendar") };
        Self { is_personal: false, calendars: vec![calendar], events: BTreeMap::new(), revision: 0, news: Vec::new() }
    }

    pub fn personal() -> Self {
        Self { is_personal: true, ..Self::of_an_organization() }
    }

    /// A calendar by its id; without one, the default.
    pub fn calendar(&self, id: Option<&str>) -> Result<&Calendar, Refusal> {
        let is_it = |calendar: &&Calendar| id.map_or(calendar.is_default, |id| calendar.id == id);
        self.calendars.iter().find(is_it).ok_or_else(Refusal::not_found)
    }

    /// A calendar that may be written.
    pub fn writable(&self, id: Option<&str>) -> Result<&Calendar, Refusal> {
        self.calendar(id).and_then(|calendar| if calendar.can_edit { Ok(calendar) } else { Err(Refusal::denied()) })
    }

    /// A live event, and of this calendar where one is named.
    pub fn event(&mut self, calendar: Option<&str>, id: &str) -> Result<&mut Stored, Refusal> {
        let found = self.events.values_mut().find(|event| event.is_named(id) && !event.is_deleted);
        found.filter(|event| calendar.is_none_or(|it| event.calendar == it)).ok_or_else(Refusal::not_found)
    }

    /// The live events of a calendar.
    pub fn live(&self, calendar: &str) -> impl Iterator<Item = &Stored> {
        self.events.values().filter(move |event| !event.is_deleted && event.calendar == calendar)
    }

    /// Keeps a changed or new event as the mailbox's newest change, and has it told.
    pub fn keep(&mut self, mut event: Stored, now: Timestamp) -> &Stored {
        self.revision += 1;
        event.revision = self.revision;
        event.modified = now;
        let id = event.id.clone();
        self.news.push(News::of(&event, self.events.contains_key(&id)));
        self.events.insert(id.clone(), event);
        &self.events[&id]
    }
}
