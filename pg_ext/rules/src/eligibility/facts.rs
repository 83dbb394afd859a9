//! What the checks look at: the people, and the time that is wanted of them.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use uuid::Uuid;

use crate::hours::Opening;
use crate::membership::Suspension;
use crate::refusal::Whose;
use crate::role::Role;
use crate::tally::{Limits, Tally};
use crate::tier::{Reach, Tier};
use crate::timeline::{Span, Timeline};
use crate::week::Weeks;
use crate::zone::Zone;

/// Whether calendars that were read some time ago will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Calendars read longer ago than the organization calls fresh are to be read again first.
    Required,
    /// What is known counts for as long as the organization lets it.
    AsKnown,
}

/// An organization's numbers that decide about time.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub calendars_required: bool,
    pub minimum_notice_minutes: i32,
    pub calendar_fresh_minutes: i32,
    pub calendar_stale_minutes: i32,
}

/// A connected calendar account, and as of when its busy time is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub connection_id: Uuid,
    /// `false` while its owner must reconnect it.
    pub is_connected: bool,
    /// There are tokens to read it with.
    pub is_readable: bool,
    /// `None`: never read.
    pub known_as_of: Option<Timestamp>,
    /// Up to when busy time was read; `None` is without end.
    pub known_until: Option<Timestamp>,
    /// Reading it failed, and it is not asked again before.
    pub retry_at: Option<Timestamp>,
}

/// An external calendar, as its owner knows it; never what is in it. Empty where nobody asks for the reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusyIn {
    /// google or microsoft
    pub provider: String,
    /// Its name; `primary` for the account's main one.
    pub calendar: String,
}

/// A booking that takes a person's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    pub booking_id: Uuid,
    /// When it lapses by itself: a hold that is not finalized, a request that is not answered.
    pub lapses_at: Option<Timestamp>,
}

/// Somebody whose time is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: Uuid,
    /// Switched on and not removed; a mentor also: still a mentor.
    pub is_active: bool,
    pub tier: Tier,
    pub accounts: Vec<Account>,
    pub busy: Timeline<BusyIn>,
    pub booked: Timeline<Booked>,
    /// What they offer of an event type; in office hours slots say it.
    pub offer: Option<Offer>,
}

/// A host's hours and limits for an event type.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// In which dates, weeks and months are counted.
    pub zone: Zone,
    pub opening: Opening,
    pub limits: Limits,
    /// Their meetings of the event type; empty where there is no limit.
    pub tally: Tally,
}

/// What an event type asks of all candidates alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub event_type_id: Uuid,
    /// Switched on.
    pub is_bookable: bool,
    pub horizon: Horizon,
}

/// Which dates can be booked, in the host's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// So many from today on, today included.
    Days(i32),
    /// From a date to another, both included.
    Dates(Date, Date),
}

/// Who books, and what their standing allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendee {
    pub person: Person,
    /// What they are told while they are not active; nothing, where somebody else is told.
    pub suspension: Suspension,
    pub standing: Standing,
}

/// What an attendee's standing allows them.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// In office hours mentees book, within reach of their tier and so often a week.
    Mentee { reach: Reach, weekly_limit: Option<i32>, booked: Weeks },
    /// Somebody of another role, who books no office hours.
    Other { role: Role },
    /// Nothing is asked of those who book an event type.
    Anybody,
}

/// Everything that is known about the people, once for all candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub org_id: i32,
    pub now: Timestamp,
    pub policy: Policy,
    pub freshness: Freshness,
    /// Of the event type; office hours have none.
    pub terms: Option<Terms>,
    pub attendee: Attendee,
    pub hosts: Vec<Person>,
}

/// Where a candidate comes from, and how it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Slot {
        time_slot_id: Uuid,
        /// The slot, or its block, was taken back.
        is_withdrawn: bool,
        /// The booking that has it.
        booked_by: Option<Booked>,
    },
    EventType {
        /// One of the starts that its hosts' hours and its interval yield.
        is_offered: bool,
    },
}

/// A time that somebody might book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub span: Span,
    /// What it takes of its hosts' time: the span with its own buffers.
    pub blocked: Span,
    pub source: Source,
}

impl Facts {
    /// What the attendee is called.
    pub(super) fn attendee_word(&self) -> Whose {
        if self.standing_is_anybodys() { Whose::Attendee } else { Whose::Mentee }
    }

    /// What a host is called.
    pub(super) fn host_word(&self) -> Whose {
        if self.standing_is_anybodys() { Whose::Host } else { Whose::Mentor }
    }

    fn standing_is_anybodys(&self) -> bool {
        matches!(self.attendee.standing, Standing::Anybody)
    }
}

impl Horizon {
    /// The first and the last date that can be booked on a day.
    pub fn dates(self, today: Date) -> (Date, Date) {
        match self {
            Self::Days(days) => (today, today.saturating_add((days - 1).days())),
            Self::Dates(from, until) => (from.max(today), until),
        }
    }

    /// The day on which a later date can be booked, if there is one.
    pub fn opens_on(self, date: Date) -> Option<Date> {
        match self {
            Self::Days(days) => Some(date.saturating_sub((days - 1).days())),
            Self::Dates(..) => None,
        }
    }
}

impl Booked {
    pub(super) fn has_lapsed(&self, now: Timestamp) -> bool {
        self.lapses_at.is_some_and(|lapses_at| lapses_at <= now)
    }
}

impl Person {
    pub(super) fn has_a_calendar(&self) -> bool {
        self.accounts.iter().any(|account| account.is_connected)
    }

    /// Every account was read recently enough: "don't know" is never "free".
    pub(super) fn was_read_lately(&self, facts: &Facts) -> bool {
        let stale = SignedDuration::from_mins(facts.policy.calendar_stale_minutes.into());
        self.accounts
            .iter()
            .all(|account| account.known_as_of.is_some_and(|known| facts.now.duration_since(known) <= stale))
    }

    /// Every account was read as far ahead as that.
    pub(super) fn was_read_so_far(&self, candidate: &Candidate) -> bool {
        self.accounts.iter().all(|account| account.known_until.is_none_or(|until| until >= candidate.span.end))
    }

    /// Another booking takes some of the time. The one that has the candidate's own slot is no other.
    pub(super) fn is_booked(&self, facts: &Facts, candidate: &Candidate, wanted: Span) -> bool {
        let own = match &candidate.source {
            Source::Slot { booked_by, .. } => booked_by.map(|booked| booked.booking_id),
            Source::EventType { .. } => None,
        };
        self.booked.overlapping(wanted).any(|booked| Some(booked.booking_id) != own && !booked.has_lapsed(facts.now))
    }
}

impl Account {
    /// It was read too long ago to book on without looking. One that just failed is not asked again while what is known
    /// still counts.
    pub(super) fn is_to_be_read(&self, facts: &Facts) -> bool {
        let age = |known: Timestamp| facts.now.duration_since(known);
        let minutes = |minutes: i32| SignedDuration::from_mins(minutes.into());
        let is_fresh = self.known_as_of.is_some_and(|known| age(known) <= minutes(facts.policy.calendar_fresh_minutes));
        let is_waited_for = self.retry_at.is_some_and(|retry_at| retry_at > facts.now)
            && self.known_as_of.is_some_and(|known| age(known) < minutes(facts.policy.calendar_stale_minutes));
        self.is_readable && !is_fresh && !is_waited_for
    }
}
