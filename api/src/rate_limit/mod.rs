//! How much one sender may ask for: token buckets in the database, which all instances share.
//!
//! A route names its [`Preset`]; the extractors [`crate::auth::Actor`] and [`crate::auth::Guest`] take a token of it for
//! the user, or for the address of somebody who is not signed in. The answer says how things stand in `X-RateLimit-*`.

mod address;
mod limiter;
mod preset;
mod standing;

pub use address::{Peer, Proxies};
pub use limiter::Limiter;
pub use preset::{Preset, Rate, Rates};
pub use standing::Standing;
