//! People in a booking.

use serde::{Deserialize, Serialize};

/// What somebody is in a booking. In office hours the mentor hosts and the mentee attends.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::AsRefStr,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    Host,
    Attendee,
}

/// How a participant stands to the booking.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::AsRefStr,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Attendance {
    /// They take part.
    Active,
    /// They wait for a seat.
    Waitlisted,
    /// They gave it up, or another host replaced them.
    Left,
    /// They did not come.
    Absent,
}

impl Attendance {
    /// Whether they have a place in the meeting, came or not.
    pub fn takes_part(self) -> bool {
        match self {
            Self::Active | Self::Absent => true,
            Self::Waitlisted | Self::Left => false,
        }
    }
}
