//! Guests: what is said of them when they are booked, by which tokens they act, and what is shown of them.

mod form;
mod tokens;
mod view;

pub use form::{GuestBooking, HoldBooking, prepare};
pub use tokens::{ActionTokens, hold_token, token_hash};
pub use view::{GuestView, SealedRow, broken, not_configured};
