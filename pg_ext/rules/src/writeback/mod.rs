//! Writebacks: the events that a booking is owed in its participants' calendars.
//!
//! A row says what one participant's event should be, and what is there. [`plan`] decides the first when a booking or an
//! account has changed; [`finish`] takes up what a worker found at the provider. Both see all rows of one booking, so a
//! cancellation never overtakes a creation, and what was overtaken is never written.
//!
//! | file | what it decides |
//! | --- | --- |
//! | `plan` | which events are owed, in which accounts |
//! | `host` | whose event brings the conference link |
//! | `finish` | what a try came to |
//! | `owner` | what owners did to our events |

mod finish;
mod host;
mod owner;
mod plan;

use uuid::Uuid;

use crate::state::Status as BookingStatus;

pub use crate::timeline::Span;
pub use finish::{Attempt, Conclusion, Finished, Found, Link, finish};
pub use owner::{Listed, Listing, OwnerChange, notice};
pub use plan::{Owed, Plan, When, plan};

/// A booking, as far as calendars are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    pub status: BookingStatus,
    pub time: Span,
    pub is_online: bool,
    /// Whether the booking has its conference link.
    pub has_link: bool,
}

impl Meeting {
    /// Whether it is to be in calendars.
    fn takes_place(&self) -> bool {
        match self.status {
            BookingStatus::Confirmed | BookingStatus::Completed | BookingStatus::NoShow => true,
            BookingStatus::Held
            | BookingStatus::Pending
            | BookingStatus::Canceled
            | BookingStatus::Declined
            | BookingStatus::Expired => false,
        }
    }

    /// Whether it may yet take place: only then its link must work. History keeps the link it had.
    fn is_ahead(&self) -> bool {
        !self.status.is_terminal()
    }
}

/// Somebody who takes part, has a user and is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    pub user_id: Uuid,
    /// Of accounts that could bring the link equally well, that of the lowest rank does.
    pub rank: i32,
}

/// In the order of preference for bringing the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::AsRefStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Provider {
    Google,
    Microsoft,
}

/// Whether an account can be used. In the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::AsRefStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum AccountState {
    Connected,
    /// Its user must connect it again first.
    NeedsReconnect,
}

/// A connected calendar account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub id: Uuid,
    pub user_id: Uuid,
    pub provider: Provider,
    pub state: AccountState,
    /// Whether its user chose a calendar of it for their meetings.
    pub is_written: bool,
}

/// One participant's event of a booking: what it should be, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writeback {
    pub user_id: Uuid,
    pub account_id: Uuid,
    /// What is owed, or was done last.
    pub operation: Operation,
    /// Counts what was wanted: a try that began for an earlier one settles nothing.
    pub generation: i32,
    /// Counts events made anew after one was removed: providers keep the ids of removed ones.
    pub incarnation: i32,
    pub hosts_conference: bool,
    pub wanted: Span,
    pub status: Status,
    /// Whether this incarnation may be at the provider: somebody began to make it.
    pub begun: bool,
    /// The provider's id; `None` while there is no event that we know of.
    pub event_id: Option<String>,
    /// When the event is, as last written.
    pub written: Option<Span>,
    /// Which generation was last written.
    pub written_generation: i32,
    pub conference: Conference,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::AsRefStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Operation {
    Create,
    Reschedule,
    Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::AsRefStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// The calendar is not yet as wanted.
    Pending,
    Done,
}

/// The link that an event brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::AsRefStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Conference {
    None,
    /// The provider is making it.
    Pending,
    Ready,
    /// The provider refused it, or never made it.
    Failed,
}

impl Writeback {
    /// Something else is wanted: whatever is in progress for it does not settle it.
    fn wanted_anew(&self) -> Self {
        Self { generation: self.generation + 1, ..self.put() }
    }

    /// An event is wanted.
    fn put(&self) -> Self {
        let operation = if self.event_id.is_some() { Operation::Reschedule } else { Operation::Create };
        Self { operation, status: Status::Pending, ..self.clone() }
    }

    fn is_wanted(&self) -> bool {
        self.operation != Operation::Cancel
    }
}

#[cfg(test)]
mod tests;
