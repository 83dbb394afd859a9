//! Faults in the log: one line for many of a kind.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{ApiError, Fault};
use crate::telemetry::RequestId;

/// After a line, others of its kind are counted for so long.
const QUIET: Duration = Duration::from_secs(10);

/// The kinds of fault that were logged lately, each with how many came after. Cheap to clone.
#[derive(Clone, Default)]
pub struct Reports(Arc<Mutex<HashMap<Discriminant<Fault>, u64>>>);

impl Reports {
    /// Logs a fault, here and nowhere else. What is wrong inside has a line for each request, because each may be another
    /// thing; what passes has one when it begins, and then one for all that followed in [`QUIET`].
    pub fn report(&self, error: &ApiError, id: &RequestId) {
        let ApiError::Failed(fault) = error else { return };
        if matches!(**fault, Fault::Internal { .. }) {
            tracing::error!(request_id = id.as_str(), cause = fault.cause(), "fault");
        } else if self.is_first(fault) {
            tracing::warn!(request_id = id.as_str(), cause = fault.cause(), "unavailable");
            let (reports, fault) = (self.clone(), Arc::clone(fault));
            tokio::spawn(async move {
                tokio::time::sleep(QUIET).await;
                let more = reports.kinds().remove(&discriminant(&*fault)).unwrap_or_default();
                if more > 0 {
                    tracing::warn!(requests = more, cause = fault.cause(), "unavailable to others, too");
                }
            });
        }
    }

    fn is_first(&self, fault: &Fault) -> bool {
        let mut kinds = self.kinds();
        match kinds.get_mut(&discriminant(fault)) {
            Some(more) => {
                *more += 1;
                false
            }
            None => kinds.insert(discriminant(fault), 0).is_none(),
        }
    }

    fn kinds(&self) -> MutexGuard<'_, HashMap<Discriminant<Fault>, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
