//! What every request passes through, whatever it asks for.

mod body;
mod conditional;
mod cors;
mod envelope;
mod listener;
mod protect;
mod request_id;
mod request_notes;

pub use cors::cors;
pub use envelope::{Envelope, Limits, envelope};
pub use listener::serve;
pub use protect::protect;
pub use request_id::{RequestId, X_REQUEST_ID};
pub use request_notes::RequestNotes;
