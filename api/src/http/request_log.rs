//! What a request's line in the log learns on the way.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

/// Shared between the envelope, which writes the line, and whatever knows something for it.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<OnceLock<Uuid>>);

impl RequestLog {
    /// Who sent the request: the user's id.
    pub fn principal(&self, id: Uuid) {
        // A request has one sender; the first to say so is right.
        let _ = self.0.set(id);
    }

    pub fn known_principal(&self) -> Option<&Uuid> {
        self.0.get()
    }
}
