//! Reputation: what a user's record amounts to, and what their tier allows.

mod inputs;
mod queries;
mod refresh;

pub use refresh::{refresh, refresh_all};
