//! Which limits there are.

use std::time::Duration;

/// What a route counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Whatever a signed-in user asks for.
    Api,
    /// Signing in.
    Auth,
    /// Whatever somebody who is not signed in asks for.
    Public,
    /// Making and moving bookings.
    Booking,
}

impl Preset {
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::Public => "public",
            Self::Booking => "booking",
        }
    }
}

/// So many requests at once, and then as many in each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub requests: u32,
    pub window: Duration,
}

/// The rate of every preset; `None` is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    pub api: Option<Rate>,
    pub auth: Option<Rate>,
    pub public: Option<Rate>,
    pub booking: Option<Rate>,
}

impl Rates {
    pub fn of(&self, preset: Preset) -> Option<Rate> {
        match preset {
            Preset::Api => self.api,
            Preset::Auth => self.auth,
            Preset::Public => self.public,
            Preset::Booking => self.booking,
        }
    }
}
