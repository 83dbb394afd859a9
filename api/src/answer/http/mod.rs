//! What every request passes through.

mod body;
mod conditional;
mod connections;
mod cors;
mod envelope;
mod head_timer;
mod listener;
mod parameters;
mod protect;
mod reports;

pub use body::RawBody;
pub use connections::Connections;
pub use cors::cors;
pub use envelope::{Envelope, Limits, envelope};
pub use listener::serve;
pub use parameters::{Parameterized, refuse_unknown_parameters};
pub use protect::protect;
pub use reports::Reports;
