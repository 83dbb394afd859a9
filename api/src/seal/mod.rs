//! Secrets at rest.

mod key_ring;
mod magic_link;

pub use key_ring::{KeyRing, SealError, Sealed};
pub use magic_link::MagicLink;
