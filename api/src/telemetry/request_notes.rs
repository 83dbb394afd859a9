//! What a handler learns about a request, for its line in the log.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

/// Shared between the handler, which learns who sent the request, and the log.
#[derive(Debug, Clone, Default)]
pub struct RequestNotes(Arc<OnceLock<Uuid>>);

impl RequestNotes {
    /// Who sent the request: the user's id.
    pub fn principal(&self, id: Uuid) {
        // A request has one sender, so the first value is right.
        let _ = self.0.set(id);
    }

    pub fn known_principal(&self) -> Option<&Uuid> {
        self.0.get()
    }
}
