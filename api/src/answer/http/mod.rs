//! What every request passes through.

mod body;
mod conditional;
mod cors;
mod envelope;
mod listener;
mod protect;
mod reports;

pub use cors::cors;
pub use envelope::{Envelope, Limits, envelope};
pub use listener::serve;
pub use protect::protect;
pub use reports::Reports;
