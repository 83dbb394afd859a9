//! The calendars of Google and Microsoft: their HTTP interfaces, and nothing of bookings.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`Client`], [`Clients`] | one provider; those that are configured |
//! | `registration` | how an installation is registered with a provider |
//! | `types` | what goes in and comes out, the same for both providers |
//! | `pkce`, `tokens` | signing in: proof keys, and the answers of token endpoints |
//! | `key` | which keys of events a provider takes |
//! | `google`, `microsoft` | the providers |

mod client;
mod google;
mod key;
mod microsoft;
mod pkce;
mod provider;
mod registration;
mod tokens;
mod types;

pub use client::{Client, Clients};
pub use pkce::Pkce;
pub use provider::{Provider, UnknownProvider};
pub use registration::{GoogleConfig, MicrosoftConfig, Registration};
pub use types::{
    Busy, Calendar, CalendarFault, Change, ChangeState, Changes, Channel, Conference, Event, Grant, Watched, Window,
    Written,
};
