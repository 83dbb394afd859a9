//! Queues for people whom as many calls wait for as may.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls that the database refused because of a crowd try again in the order in which they came, and hold no connection
/// until it is their turn. Cheap to clone.
#[derive(Clone)]
pub struct Crowds {
    queues: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    /// How many of one crowd try at a time.
    at_once: usize,
}

impl Crowds {
    pub fn new(at_once: usize) -> Self {
        Self { queues: Arc::default(), at_once }
    }

    /// Waits for one's turn, which lasts as long as what is returned. `None` never comes: no queue is closed.
    pub async fn turn(&self, person: &str) -> Option<OwnedSemaphorePermit> {
        let queue = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            // Those in which nobody waits or tries.
            queues.retain(|_, queue| Arc::strong_count(queue) > 1);
            Arc::clone(queues.entry(person.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))))
        };
        queue.acquire_owned().await.ok()
    }
}
