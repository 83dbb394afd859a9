//! Erasing people who took part in many bookings, a step at a time.

use jiff::Timestamp;

use super::queue::Queue;
use crate::claims::{ERASURES, Item, Patience, Settlement};
use crate::database::{Database, Scalar};

/// People of whom something is left.
#[derive(Clone)]
pub struct Erasures(pub Database);

impl Queue for Erasures {
    const NAME: &'static str = ERASURES;
    const AT_ONCE: usize = 2;
    const PATIENCE: Patience = Patience::Persistent;

    async fn work(&self, item: &Item) -> Settlement {
        let sql = "SELECT convene.continue_erasure($1, $2)";
        match self.0.one(sql, &[&item.org_id, &item.subject_id]).await {
            Ok(Scalar(true)) => Settlement::Done,
            // Others take their turn between two steps.
            Ok(Scalar(false)) => Settlement::Again { due_at: Timestamp::now() },
            Err(error) => {
                tracing::warn!(user = %item.subject_id, code = error.code(), cause = error.cause(), "cannot erase");
                Settlement::Retry { error: Some(error.code()), wait: None }
            }
        }
    }
}
