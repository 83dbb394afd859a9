//! The booking state machine: one table, exhaustive.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::word::{self, words};

words! {
    /// Where a booking stands.
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
}

impl Status {
    /// As stored and sent, such as `no_show`. Refuses others as field `status`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("status", text)
    }

    /// Whether the booking takes its participants' time and its slot.
    pub fn is_active(self) -> bool {
        match self {
            Self::Held | Self::Pending | Self::Confirmed | Self::Completed | Self::NoShow => true,
            Self::Canceled | Self::Declined | Self::Expired => false,
        }
    }

    /// Whether the status never changes again, but by a correction: see [`corrected`].
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

/// What can be done to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A booking is made of a hold.
    Finalize,
    Confirm,
    Decline,
    Cancel,
    Reschedule,
    Complete,
    MarkNoShow,
    Expire,
    /// Staff correct who came.
    Correct,
}

impl Action {
    /// As said of a booking to which it was done: "confirmed".
    pub fn done(self) -> &'static str {
        match self {
            Self::Finalize => "finalized",
            Self::Confirm => "confirmed",
            Self::Decline => "declined",
            Self::Cancel => "canceled",
            Self::Reschedule => "rescheduled",
            Self::Complete => "completed",
            Self::MarkNoShow => "marked as no-show",
            Self::Expire => "expired",
            Self::Correct => "corrected",
        }
    }
}

/// Whether the host must confirm, at the time that is held or moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    Required,
    NotRequired,
}

/// The status after an action. Only finalizing and rescheduling look at `confirmation`. Refuses with `INVALID_TRANSITION`.
pub fn next(status: Status, action: Action, confirmation: Confirmation) -> Result<Status, Refusal> {
    match (status, action) {
        (Status::Pending, Action::Confirm) => Ok(Status::Confirmed),
        (Status::Pending, Action::Decline) => Ok(Status::Declined),
        (Status::Held | Status::Pending | Status::Confirmed, Action::Cancel) => Ok(Status::Canceled),
        (Status::Held, Action::Finalize) | (Status::Pending | Status::Confirmed, Action::Reschedule) => {
            Ok(match confirmation {
                Confirmation::Required => Status::Pending,
                Confirmation::NotRequired => Status::Confirmed,
            })
        }
        (Status::Confirmed, Action::Complete) => Ok(Status::Completed),
        (Status::Confirmed, Action::MarkNoShow) => Ok(Status::NoShow),
        (Status::Held | Status::Pending, Action::Expire) => Ok(Status::Expired),
        (
            Status::Held,
            Action::Confirm
            | Action::Decline
            | Action::Reschedule
            | Action::Complete
            | Action::MarkNoShow
            | Action::Correct,
        )
        | (Status::Pending, Action::Finalize | Action::Complete | Action::MarkNoShow | Action::Correct)
        | (
            Status::Confirmed,
            Action::Finalize | Action::Confirm | Action::Decline | Action::Expire | Action::Correct,
        )
        | (Status::Completed | Status::NoShow | Status::Canceled | Status::Declined | Status::Expired, _) => {
            Err(Refusal::InvalidTransition { status, action })
        }
    }
}

/// The status of a meeting that is over, after staff found what became of it: `found` is `Complete` or `MarkNoShow`. The
/// one way from an end to another. Refuses with `INVALID_TRANSITION` what ended otherwise, or did not end.
pub fn corrected(status: Status, found: Action) -> Result<Status, Refusal> {
    match status {
        Status::Completed | Status::NoShow => next(Status::Confirmed, found, Confirmation::NotRequired),
        Status::Held | Status::Pending | Status::Confirmed | Status::Canceled | Status::Declined | Status::Expired => {
            Err(Refusal::InvalidTransition { status, action: Action::Correct })
        }
    }
}
