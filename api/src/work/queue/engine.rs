//! Works on a queue.

use std::time::Duration;

use tokio::time::Instant;

use super::progress::Progress;
use super::{Queue, Wake};
use crate::database::Database;
use crate::telemetry::QueueMeter;

/// How often leases are extended.
const HEARTBEAT: Duration = Duration::from_secs(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// While less than half of what a worker does at once has ended, it waits so long before it claims more: a claim for every
/// piece that ends would cost more than the work.
const GATHER: Duration = Duration::from_millis(100);

/// What the worker of every queue needs.
#[derive(Clone)]
pub struct Engine {
    pub database: Database,
    pub wake: Wake,
    pub meter: QueueMeter,
    /// How often a queue is looked at when nothing wakes its worker.
    pub poll: Duration,
    /// How long work in progress may take to end.
    pub drain: Duration,
}

impl Engine {
    /// Works on a queue until `stop` ends; then claims nothing more, and waits for what is in progress.
    pub async fn run<Q: Queue>(&self, queue: Q, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut progress = Progress::new(queue, self.database.clone(), self.meter.clone());
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut pause = self.poll;
        // When there is next something to look for, and when the last look was.
        let (mut next_look, mut last_look) = (Instant::now(), None);
        loop {
            progress.settle().await;
            let gathered = last_look.map(|looked| looked + GATHER);
            let is_gathered = gathered.is_none_or(|at| at <= Instant::now()) || progress.room() * 2 >= Q::AT_ONCE;
            if progress.room() > 0 && is_gathered && next_look <= Instant::now() {
                last_look = Some(Instant::now());
                match progress.claim().await {
                    Ok(claimed) => {
                        pause = self.poll;
                        // Where something was due there may be more, as soon as there is room for it.
                        next_look = if claimed > 0 { Instant::now() } else { Instant::now() + self.poll };
                    }
                    Err(error) => {
                        tracing::warn!(
                            queue = Q::NAME,
                            code = error.code(),
                            cause = error.cause(),
                            "cannot claim work"
                        );
                        pause = (pause * 2).min(LONGEST_PAUSE);
                        next_look = Instant::now() + pause;
                    }
                }
            }
            let look = match last_look {
                Some(looked) if progress.room() > 0 => next_look.max(looked + GATHER),
                // Settlements that could not be stored are tried again all the same.
                _ => Instant::now() + self.poll,
            };
            tokio::select! {
                () = &mut stop => break,
                () = progress.one_ended() => {}
                () = self.wake.called(Q::NAME) => next_look = Instant::now(),
                () = tokio::time::sleep_until(look) => {}
                _ = heartbeat.tick() => progress.extend().await,
            }
        }
        let ended = async {
            while !progress.is_idle() {
                progress.one_ended().await;
                progress.settle().await;
            }
        };
        if tokio::time::timeout(self.drain, ended).await.is_err() {
            progress.settle().await;
        }
    }
}
