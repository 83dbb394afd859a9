//! Secrets at rest.

mod guest;
mod key_ring;
mod magic_link;

pub use guest::{SealedGuest, open_guest, seal_guest};
pub use key_ring::{KeyRing, KeyedHash, SealError, Sealed};
pub use magic_link::MagicLink;
