//! When to try again.

use convene_rules::backoff;
use pgrx::prelude::*;

use crate::args;
use crate::failure::answer;

/// Seconds until the next try; NULL when it is given up. COMMENT in finalize.sql.
#[pg_extern(immutable, parallel_safe)]
fn retry_seconds(p_attempts: Option<i32>, p_chance: default!(Option<f64>, "random()")) -> Option<f64> {
    let given = || Ok((args::required(p_attempts, "attempts")?, args::required(p_chance, "chance")?));
    let (attempts, chance) = answer(given());
    backoff::delay(attempts, chance).map(|wait| wait.as_secs_f64())
}
