//! People in a booking.

use crate::word::words;

words! {
    /// What somebody is in a booking. In office hours the mentor hosts and the mentee attends.
    pub enum Part {
        Host,
        Attendee,
    }
}

words! {
    /// How a participant stands to the booking.
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
