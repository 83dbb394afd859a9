//! When jobs were due.

use convene_rules::schedule;
use pgrx::prelude::*;

use crate::failure::{Outcome, answer};
use crate::values::{finite_timestamp, pg_timestamp};

/// The latest minute at or before an instant that a schedule names. COMMENT in finalize.sql.
#[pg_extern(immutable, strict, parallel_safe)]
fn last_due(p_schedule: &str, p_at: TimestampWithTimeZone) -> Option<TimestampWithTimeZone> {
    let due = || -> Outcome<_> {
        let due = finite_timestamp(p_at).and_then(|at| schedule::last_due(p_schedule, at));
        due.map(pg_timestamp).transpose()
    };
    answer(due())
}
