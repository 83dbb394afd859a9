//! Rate limits: token buckets in the database, which all instances share.
//!
//! A route names its [`Preset`]. The extractor [`crate::answer::auth::Actor`] spends a token of the user,
//! [`crate::answer::auth::Anonymous`] one of the address. The answer's `X-RateLimit-*` headers say what is left.

mod address;
mod limiter;
mod preset;
mod standing;

pub use address::{Network, Peer};
pub use limiter::Limiter;
pub use preset::Preset;
pub use standing::{RateNotes, Standing};
