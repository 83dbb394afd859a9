//! What lets somebody without an account act on a booking: a token that is good for one thing.

use jiff::{SignedDuration, Timestamp};

use crate::refusal::Refusal;
use crate::word::{self, words};

/// How long after the meeting a guest may still look at it and have their data erased.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(30 * 24);

words! {
    /// The one thing that a token is good for.
    pub enum Purpose {
        View,
        Cancel,
        Reschedule,
        /// To have one's own data, and to have them erased.
        Erase,
        /// To make a booking of a hold.
        Finalize,
    }
}

impl Purpose {
    /// The tokens that a guest gets.
    pub const OF_GUESTS: [Self; 4] = [Self::View, Self::Cancel, Self::Reschedule, Self::Erase];

    /// As stored, such as `view`. Refuses other words as field `purpose`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("purpose", text)
    }

    /// When such a token of a meeting stops working: with the meeting, or 30 days after it; that of a hold with the hold.
    pub fn expires_at(self, end: Timestamp, held_until: Option<Timestamp>) -> Timestamp {
        match self {
            Self::View | Self::Erase => end.saturating_add(AFTERWARDS).unwrap_or(Timestamp::MAX),
            Self::Cancel | Self::Reschedule => end,
            Self::Finalize => held_until.unwrap_or(end),
        }
    }
}
