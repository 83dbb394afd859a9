//! Time slots: cutting blocks into them, and showing what can be booked.

mod explain;
mod generate;
mod list;
mod preview;
mod span;

pub use generate::{insert_slots, lock_block, regenerate};
pub use span::BlockSpan;
