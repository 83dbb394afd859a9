//! Time slots: cutting blocks into them, and showing what can be booked.

mod cut;
mod explain;
mod generate;
mod list;
mod preview;

pub use generate::{BlockSpan, insert_slots, regenerate};
