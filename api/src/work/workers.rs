//! What runs beside HTTP.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::airtable::sync::Sources;
use super::calendars::refreshes::Refreshes;
use super::calendars::syncs::Syncs;
use super::calendars::writebacks::Writebacks;
use super::erasures::Erasures;
use crate::config::{Config, Pooling};
use crate::database::{Database, Scalar};
use crate::integrations::airtable::Directories;
use crate::integrations::calendars::Calendars;
use crate::telemetry::{QueueMeter, Telemetry};
use crate::work::queue::{Engine, Wake};

const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often queues are looked at by workers who are woken when there is work.
const POLL_WHEN_WOKEN: Duration = Duration::from_secs(5);
/// And by those who are not: a pooler passes no notifications on.
const POLL_ONLY: Duration = Duration::from_secs(1);

/// What the workers work with.
pub struct Workers<'a> {
    pub database: &'a Database,
    pub config: &'a Config,
    pub telemetry: &'a Telemetry,
}

impl Workers<'_> {
    /// Everything that is done in the background, until `stopped` says so; then what is in progress is ended.
    pub async fn run(
        &self,
        calendars: Option<&Calendars>,
        directories: Option<&Directories>,
        stopped: watch::Receiver<bool>,
    ) {
        let stop = || {
            let mut stopped = stopped.clone();
            // An error is a sender that is gone: the same.
            async move { drop(stopped.wait_for(|stopping| *stopping).await) }
        };
        let wake = Wake::default();
        let is_woken = self.config.pool.pooling == Pooling::Sessions;
        let engine = Engine {
            database: self.database.clone(),
            wake: wake.clone(),
            meter: self.telemetry.queues(),
            poll: if is_woken { POLL_WHEN_WOKEN } else { POLL_ONLY },
            drain: self.config.http.shutdown_timeout,
        };
        let listening = async {
            if let Some(url) = self.config.database.as_ref().filter(|_| is_woken) {
                wake.listen(url, stop()).await;
            }
        };
        let calendars = async {
            if let Some(calendars) = calendars {
                tokio::join!(
                    engine.run(Refreshes(calendars.clone()), stop()),
                    engine.run(Syncs(calendars.clone()), stop()),
                    engine.run(Writebacks(calendars.clone()), stop()),
                );
            }
        };
        let directories = async {
            if let Some(directories) = directories {
                engine.run(Sources(directories.clone()), stop()).await;
            }
        };
        tokio::join!(
            EVENTS.work(self.database, &engine.meter, stop()),
            LINKS.work(self.database, &engine.meter, stop()),
            engine.run(Erasures(self.database.clone()), stop()),
            listening,
            calendars,
            directories,
        );
    }
}

/// A table that a function of the database works off in batches. Several instances share the work; what one claimed and
/// did not finish is another's.
struct Batches {
    queue: &'static str,
    /// Takes the most rows to work off, returns how many there were.
    sql: &'static str,
    /// Worked off in one transaction: few enough to stay far from the statement timeout.
    size: i32,
    problem: &'static str,
}

/// Booking history, fanned out.
const EVENTS: Batches = Batches {
    queue: "booking_events",
    sql: "SELECT convene.dispatch_events($1)",
    size: 500,
    problem: "cannot dispatch events",
};

/// Links to sign in with that were asked for.
const LINKS: Batches = Batches {
    queue: "link_requests",
    sql: "SELECT convene.answer_link_requests($1)",
    size: 100,
    problem: "cannot make links to sign in with",
};

impl Batches {
    /// Works until `stop` ends: every second, at once again while there is more, and after errors ever more slowly.
    async fn work(&self, database: &Database, meter: &QueueMeter, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut pause = PAUSE;
        loop {
            let started = Instant::now();
            let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&self.size];
            let work = database.one(self.sql, &parameters);
            let wait = tokio::select! {
                () = &mut stop => return,
                outcome = work => match outcome {
                    Ok(Scalar::<i32>(taken)) => {
                        pause = PAUSE;
                        if taken > 0 {
                            meter.worked(self.queue, "done", started.elapsed());
                        }
                        if taken < self.size { PAUSE } else { Duration::ZERO }
                    }
                    Err(error) => {
                        tracing::warn!(code = error.code(), cause = error.cause(), "{}", self.problem);
                        pause = (pause * 2).min(LONGEST_PAUSE);
                        pause
                    }
                },
            };
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}
