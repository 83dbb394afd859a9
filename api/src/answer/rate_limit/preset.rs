//! Which limits there are.

use crate::config::{Rate, Rates};

/// The limit that a route counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Other requests of a signed-in user.
    Api,
    /// Signing in.
    Auth,
    /// Other anonymous requests.
    Public,
    /// Making and moving bookings.
    Booking,
    /// What a provider pushes for one calendar or directory.
    Push,
    /// Everything that the users of an organization ask for together.
    Organization,
}

impl Preset {
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::Public => "public",
            Self::Booking => "booking",
            Self::Push => "push",
            Self::Organization => "organization",
        }
    }

    /// The rate that is configured for it; `None` is no limit.
    pub fn rate(self, rates: &Rates) -> Option<Rate> {
        match self {
            Self::Api => rates.api,
            Self::Auth => rates.auth,
            Self::Public => rates.public,
            Self::Booking => rates.booking,
            Self::Push => rates.push,
            Self::Organization => rates.organization,
        }
    }
}
