//! What a user may be.

use crate::refusal::Refusal;
use crate::word::{self, words};

words! {
    /// A user's role in their organization.
    pub enum Role {
        /// Books meetings.
        Mentee,
        /// Offers them.
        Mentor,
        /// Acts for others.
        Coordinator,
        /// Acts for others, and administers the organization.
        Admin,
    }
}

impl Role {
    /// As stored and sent: `mentee`, `mentor`, `coordinator` or `admin`. Refuses others as field `role`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        word::parse("role", text)
    }

    /// Coordinators and admins act for others.
    pub fn is_staff(self) -> bool {
        match self {
            Self::Mentee | Self::Mentor => false,
            Self::Coordinator | Self::Admin => true,
        }
    }
}
