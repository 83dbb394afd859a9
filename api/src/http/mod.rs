//! What every request passes through, whatever it asks for.

mod body;
mod envelope;
mod listener;
mod request_id;
mod request_notes;

pub use envelope::{Limits, envelope};
pub use listener::serve;
pub use request_id::{RequestId, X_REQUEST_ID};
pub use request_notes::RequestNotes;
