//! The calendars of Google and Microsoft: their HTTP interfaces, and nothing of bookings. No database.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`Client`], [`Clients`] | one provider; those that are configured |
//! | `types` | what goes in and comes out, the same for both providers |
//! | `error` | [`CallError`]: what failed, and what is to be done about it |
//! | `pkce`, `tokens` | signing in: proof keys, and the answers of token endpoints |
//! | `http`, `address` | bounded requests, and where they go |
//! | `google`, `microsoft` | the providers |

pub(crate) mod address;
mod client;
pub(crate) mod error;
mod google;
pub(crate) mod http;
mod key;
mod microsoft;
mod pkce;
mod provider;
mod tokens;
mod types;

pub use client::{Client, Clients};
pub use error::{CallError, CallErrorKind};
pub use pkce::Pkce;
pub use provider::Provider;
pub use types::{
    Busy, Calendar, CalendarFault, Change, ChangeState, Changes, Channel, Conference, Event, Grant, Watched, Window,
    Written,
};
