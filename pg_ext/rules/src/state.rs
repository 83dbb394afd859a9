//! The booking state machine: one table, exhaustive.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Kept for a booker who is still deciding.
    Held,
    /// Requested; the mentor has not answered.
    Pending,
    Confirmed,
    Completed,
    /// Somebody did not come.
    NoShow,
    Canceled,
    Declined,
    /// Nobody answered in time.
    Expired,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::Pending,
        Self::Confirmed,
        Self::Completed,
        Self::NoShow,
        Self::Canceled,
        Self::Declined,
        Self::Expired,
    ];

    /// As stored and sent, such as `no_show`. Refuses others as field `status`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.into_iter().map(Self::as_str).collect();
            Refusal::invalid("status", format!("must be one of {}", known.join(", ")))
        })
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
            Self::Canceled => "canceled",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }

    /// Whether the booking takes its participants' time and its slot.
    pub fn is_active(self) -> bool {
        match self {
            Self::Held | Self::Pending | Self::Confirmed | Self::Completed | Self::NoShow => true,
            Self::Canceled | Self::Declined | Self::Expired => false,
        }
    }

    /// Whether the status never changes again.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Held | Self::Pending | Self::Confirmed => false,
            Self::Completed | Self::NoShow | Self::Canceled | Self::Declined | Self::Expired => true,
        }
    }
}

impl Status {
    /// For sentences: "a confirmed", "an expired", "a no-show".
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Held => "a held",
            Self::Pending => "a pending",
            Self::Confirmed => "a confirmed",
            Self::Completed => "a completed",
            Self::NoShow => "a no-show",
            Self::Canceled => "a canceled",
            Self::Declined => "a declined",
            Self::Expired => "an expired",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What can be done to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Confirm,
    Decline,
    Cancel,
    Reschedule,
    Complete,
    MarkNoShow,
    Expire,
}

impl Action {
    pub const ALL: [Self; 7] =
        [Self::Confirm, Self::Decline, Self::Cancel, Self::Reschedule, Self::Complete, Self::MarkNoShow, Self::Expire];

    /// As said of a booking to which it was done: "confirmed".
    pub fn done(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Decline => "declined",
            Self::Cancel => "canceled",
            Self::Reschedule => "rescheduled",
            Self::Complete => "completed",
            Self::MarkNoShow => "marked as no-show",
            Self::Expire => "expired",
        }
    }
}

/// Whether the slot a booking moves to wants the mentor's confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    Required,
    NotRequired,
}

/// The status after an action. Only rescheduling looks at `confirmation`. Refuses with `INVALID_TRANSITION`.
pub fn next(status: Status, action: Action, confirmation: Confirmation) -> Result<Status, Refusal> {
    match (status, action) {
        (Status::Pending, Action::Confirm) => Ok(Status::Confirmed),
        (Status::Pending, Action::Decline) => Ok(Status::Declined),
        (Status::Held | Status::Pending | Status::Confirmed, Action::Cancel) => Ok(Status::Canceled),
        (Status::Pending | Status::Confirmed, Action::Reschedule) => Ok(match confirmation {
            Confirmation::Required => Status::Pending,
            Confirmation::NotRequired => Status::Confirmed,
        }),
        (Status::Confirmed, Action::Complete) => Ok(Status::Completed),
        (Status::Confirmed, Action::MarkNoShow) => Ok(Status::NoShow),
        (Status::Held | Status::Pending, Action::Expire) => Ok(Status::Expired),
        (
            Status::Held,
            Action::Confirm | Action::Decline | Action::Reschedule | Action::Complete | Action::MarkNoShow,
        )
        | (Status::Pending, Action::Complete | Action::MarkNoShow)
        | (Status::Confirmed, Action::Confirm | Action::Decline | Action::Expire)
        | (Status::Completed | Status::NoShow | Status::Canceled | Status::Declined | Status::Expired, _) => {
            Err(Refusal::InvalidTransition { status, action })
        }
    }
}
