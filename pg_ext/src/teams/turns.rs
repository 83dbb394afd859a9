//! Turns that are given back, for the function that reads history (`sql/functions/give_turns_back.sql`).

use convene_rules::rotation::{self, Ended, HostCame};
use convene_rules::state::Status;
use pgrx::prelude::*;

use crate::args;
use crate::failure::{Outcome, answer};

/// Whether a meeting that stands so is no turn of its host. COMMENT in finalize.sql.
#[pg_extern(immutable, parallel_safe)]
fn turn_given_back(p_status: Option<String>, p_began: Option<bool>, p_host_came: Option<bool>) -> bool {
    let given_back = || -> Outcome<bool> {
        let status = Status::parse(&args::required(p_status, "status")?)?;
        let ended = if args::required(p_began, "began")? { Ended::AfterItBegan } else { Ended::BeforeItBegan };
        let host = if args::required(p_host_came, "host_came")? { HostCame::Yes } else { HostCame::No };
        Ok(rotation::turn_given_back(status, ended, host))
    };
    answer(given_back())
}
