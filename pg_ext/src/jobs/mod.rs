//! What the clock does: each job counts what it did, and logs its success. Failures are logged by
//! `convene.run_job`, outside the failed transaction.

use std::time::Instant;

use convene_rules::state::Status;
use pgrx::prelude::*;
use serde_json::{Value, json};

use crate::failure::{Outcome, answer};
use crate::{booking, reputation, statement};

statement! {
    fresh LOG_SUCCESS = "../sql/log_success.sql" (TEXTOID, TEXTOID, FLOAT8OID);
}

/// Runs a job, logs its message and duration, and returns its counts with `duration_ms`.
pub fn logged(job: &str, run: impl FnOnce() -> Outcome<(String, Value)>) -> Outcome<pgrx::JsonB> {
    let started = Instant::now();
    let (message, mut counts) = run()?;
    let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
    Spi::connect(|client| LOG_SUCCESS.run(client, &[job.into(), message.into(), duration_ms.into()]))?;
    if let Some(members) = counts.as_object_mut() {
        members.insert("duration_ms".to_owned(), json!(duration_ms));
    }
    Ok(pgrx::JsonB(counts))
}

/// Expires requests that nobody answered in time, and those whose start has passed.
#[pg_extern(volatile, parallel_unsafe)]
fn expire_pending_bookings() -> pgrx::JsonB {
    answer(logged("expire_pending_bookings", || {
        let expired = booking::expire_due(Status::Pending)?;
        Ok((format!("expired {expired} requests"), json!({ "expired_count": expired })))
    }))
}

/// Ends holds that lapsed. Nobody waits for it: whoever needs the time of one releases it at once.
#[pg_extern(volatile, parallel_unsafe)]
fn release_expired_holds() -> pgrx::JsonB {
    answer(logged("release_expired_holds", || {
        let released = booking::expire_due(Status::Held)?;
        Ok((format!("released {released} holds"), json!({ "released_count": released })))
    }))
}

/// Completes confirmed bookings whose end has passed.
#[pg_extern(volatile, parallel_unsafe)]
fn complete_past_bookings() -> pgrx::JsonB {
    answer(logged("complete_past_bookings", || {
        let completed = booking::complete_due()?;
        Ok((format!("completed {completed} bookings"), json!({ "completed_count": completed })))
    }))
}

/// Recalculates every reputation: tenure grows and penalties end by themselves.
#[pg_extern(volatile, parallel_unsafe)]
fn recompute_reputations() -> pgrx::JsonB {
    answer(logged("recompute_reputations", || {
        let done = reputation::refresh_all()?;
        let message = format!("recomputed {} reputations, {} changed", done.recomputed, done.changed);
        Ok((message, json!({ "recomputed_count": done.recomputed, "changed_count": done.changed })))
    }))
}
