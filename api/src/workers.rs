//! What runs beside HTTP.

use std::time::Duration;

use crate::database::{Database, Scalar};
use crate::telemetry::Sampler;

/// Events fanned out in one transaction: small enough to stay far from the statement timeout.
const BATCH: i32 = 500;
const PAUSE: Duration = Duration::from_secs(1);
const SAMPLE_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Fans out booking history until `stop` ends: every second, at once again while there is more, and after errors ever
/// more slowly. Several instances share the work; what one claimed and did not finish is another's.
pub async fn dispatch_events(database: &Database, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut pause = PAUSE;
    loop {
        let work = database.one("SELECT convene.dispatch_events($1)", &[&BATCH]);
        let wait = tokio::select! {
            () = &mut stop => return,
            outcome = work => match outcome {
                Ok(Scalar(BATCH..)) => Duration::ZERO,
                Ok(Scalar::<i32>(_)) => {
                    pause = PAUSE;
                    PAUSE
                }
                Err(error) => {
                    tracing::warn!(code = error.code(), cause = error.cause(), "cannot dispatch events");
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

/// Looks at queues and jobs for whoever is sent the numbers, until `stop` ends.
pub async fn sample(sampler: &Sampler, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = sampler.refresh() => {}
        }
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(SAMPLE_PAUSE) => {}
        }
    }
}
