//! What every request passes through.

mod body;
mod conditional;
mod connections;
mod cors;
mod envelope;
mod head_timer;
mod listener;
mod protect;
mod reports;

pub use body::RawBody;
pub use connections::Connections;
pub use cors::cors;
pub use envelope::{Envelope, Limits, envelope};
pub use listener::serve;
pub use protect::protect;
pub use reports::Reports;
