//! The benchmarks: each row is a ratio to a baseline that runs beside it, in turns, on the same machine
//! and data. `make bench` runs them; `--help` says what can be chosen.

#![forbid(unsafe_code)]

mod bare_calls;
mod booking;
mod booking_http;
mod booking_scale;
mod busy_windows;
mod calendar;
mod cluster;
mod contended_slot;
mod free_slots_http;
mod freshness;
mod load;
mod options;
mod outcome;
mod people;
mod provider;
mod reputations;
mod rounds;
mod service;
mod slot_generation;
mod table;
mod writebacks;

use std::process::ExitCode;

use clap::Parser;

use crate::cluster::Cluster;
use crate::options::{Benchmark, Options};
use crate::outcome::Outcome;
use crate::table::Row;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut rows = Vec::new();
    let ran = run(&options, &mut rows).await;
    table::print(&rows);
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let words = error.downcast_ref().map_or_else(|| error.to_string(), outcome::explain);
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what was chosen. Rows measured before a failure stay in `rows`.
async fn run(options: &Options, rows: &mut Vec<Row>) -> Outcome<()> {
    let cluster = Cluster::from_environment()?;
    for benchmark in options.chosen() {
        outcome::say(&format!("{benchmark:?}"));
        rows.extend(match benchmark {
            Benchmark::Booking => booking::run(&cluster, options).await?,
            Benchmark::BookingHttp => booking_http::run(&cluster, options).await?,
            Benchmark::SlotGeneration => slot_generation::run(&cluster, options).await?,
            Benchmark::FreeSlotsHttp => free_slots_http::run(&cluster, options).await?,
            Benchmark::BookingScale => booking_scale::run(&cluster, options).await?,
            Benchmark::Reputations => reputations::run(&cluster, options).await?,
            Benchmark::ContendedSlot => contended_slot::run(&cluster, options).await?,
            Benchmark::Writebacks => writebacks::run(&cluster, options).await?,
            Benchmark::BusyWindows => busy_windows::run(&cluster, options).await?,
            Benchmark::Freshness => freshness::run(&cluster, options).await?,
        });
    }
    Ok(())
}
