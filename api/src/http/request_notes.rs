//! What is learned of a request on the way, for its line in the log and the headers of its answer.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::rate_limit::Standing;

/// Shared between the envelope, which writes line and headers, and whatever knows something for them.
#[derive(Debug, Clone, Default)]
pub struct RequestNotes(Arc<Notes>);

#[derive(Debug, Default)]
struct Notes {
    principal: OnceLock<Uuid>,
    standing: OnceLock<Standing>,
}

impl RequestNotes {
    /// Who sent the request: the user's id.
    pub fn principal(&self, id: Uuid) {
        // A request has one sender; the first to say so is right.
        let _ = self.0.principal.set(id);
    }

    /// How the sender stands with the route's limit.
    pub fn standing(&self, standing: Standing) {
        let _ = self.0.standing.set(standing);
    }

    pub fn known_principal(&self) -> Option<&Uuid> {
        self.0.principal.get()
    }

    pub fn known_standing(&self) -> Option<Standing> {
        self.0.standing.get().copied()
    }
}
