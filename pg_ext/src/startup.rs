//! What happens in each server process when Postgres loads this library.

use pgrx::prelude::*;

/// Keeps backtraces out of errors. Where the server's environment has `RUST_BACKTRACE`, pgrx would append one to the
/// DETAIL of every error, refusals included. The service reads DETAIL, and the jobs' log keeps it.
#[allow(non_snake_case)]
#[pg_guard]
pub extern "C-unwind" fn _PG_init() {
    // SAFETY: a server process has one thread.
    unsafe { std::env::set_var("RUST_LIB_BACKTRACE", "0") };
}
