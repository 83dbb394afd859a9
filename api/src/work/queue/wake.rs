//! Waking workers when there is something to do, by LISTEN. What is missed is found by polling.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tokio_postgres::AsyncMessage;

use crate::config::DatabaseUrl;
use crate::database::{ConnectError, connect_undriven};

/// Where functions say that they queued something; the payload is the queue's name.
const LISTEN: &str = "LISTEN convene_work";
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Why nobody listens.
#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Lost(#[from] tokio_postgres::Error),
}

/// Calls for workers, by the name of their queue. Cheap to clone.
#[derive(Clone, Default)]
pub struct Wake(Arc<Mutex<HashMap<String, Arc<Notify>>>>);

impl Wake {
    /// Ends when the queue's worker is called; a call that came before counts, once.
    pub async fn called(&self, queue: &str) {
        self.of(queue).notified().await;
    }

    /// Calls a queue's worker.
    pub fn call(&self, queue: &str) {
        self.of(queue).notify_one();
    }

    fn call_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(|notify| notify.notify_one());
    }

    fn of(&self, queue: &str) -> Arc<Notify> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry(queue.to_owned()).or_default())
    }

    /// Listens on a connection of its own until `stop` ends; connects again when it is lost.
    pub async fn listen(&self, url: &DatabaseUrl, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut pause = PAUSE;
        loop {
            let mut has_listened = false;
            tokio::select! {
                () = &mut stop => return,
                outcome = self.listen_once(url, &mut has_listened) => {
                    if let Err(error) = outcome {
                        tracing::warn!(cause = %error, "not listening for work: it is found by polling");
                    }
                }
            }
            pause = if has_listened { PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn listen_once(&self, url: &DatabaseUrl, has_listened: &mut bool) -> Result<(), ListenError> {
        let (client, mut connection) = connect_undriven(url, "convene listen").await?;
        let mut messages = std::pin::pin!(stream::poll_fn(move |context| connection.poll_message(context)));
        let mut listening = std::pin::pin!(client.batch_execute(LISTEN));
        loop {
            tokio::select! {
                outcome = &mut listening, if !*has_listened => {
                    outcome?;
                    *has_listened = true;
                    // Something may have been queued while nobody listened.
                    self.call_all();
                }
                message = messages.next() => match message {
                    Some(Ok(AsyncMessage::Notification(notification))) => self.call(notification.payload()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error.into()),
                    None => return Ok(()),
                },
            }
        }
    }
}
