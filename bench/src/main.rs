//! The benchmarks: each row is a ratio to a baseline that runs beside it, in turns, on the same machine
//! and data. `make bench` runs them; `--help` says what can be chosen.

#![forbid(unsafe_code)]

mod bare_calls;
mod booking;
mod booking_http;
mod booking_page;
mod calendar;
mod cluster;
mod contended_slot;
mod fan_out;
mod free_times;
mod funnel;
mod load;
mod matching;
mod options;
mod outcome;
mod people;
mod provider;
mod reads;
mod reputations;
mod rounds;
mod scale;
mod service;
mod slot_generation;
mod slot_listing;
mod table;
mod work_queue;
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
    match measure(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let words = error.downcast_ref().map_or_else(|| error.to_string(), outcome::explain);
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what was chosen and shows the table. Rows that were measured before a failure are shown, too.
async fn measure(options: &Options) -> Outcome<()> {
    let before = options.before.as_deref().map(table::read).transpose()?;
    let mut rows = Vec::new();
    let ran = run(options, &mut rows).await;
    table::print(&rows, before.as_deref());
    if let Some(file) = &options.json {
        table::write(&rows, file)?;
    }
    ran
}

async fn run(options: &Options, rows: &mut Vec<Row>) -> Outcome<()> {
    let cluster = Cluster::from_environment()?;
    for benchmark in options.chosen() {
        outcome::say(&format!("{benchmark:?}"));
        rows.extend(match benchmark {
            Benchmark::Booking => booking::run(&cluster, options).await?,
            Benchmark::BookingHttp => booking_http::run(&cluster, options).await?,
            Benchmark::SlotListing => slot_listing::run(&cluster, options).await?,
            Benchmark::FreeTimes => free_times::run(&cluster, options).await?,
            Benchmark::SlotGeneration => slot_generation::run(&cluster, options).await?,
            Benchmark::Matching => matching::run(&cluster, options).await?,
            Benchmark::Scale => scale::run(&cluster, options).await?,
            Benchmark::Reputations => reputations::run(&cluster, options).await?,
            Benchmark::FanOut => fan_out::run(&cluster, options).await?,
            Benchmark::Funnel => funnel::run(&cluster, options).await?,
            Benchmark::ContendedSlot => contended_slot::run(&cluster, options).await?,
            Benchmark::WorkQueue => work_queue::run(&cluster, options).await?,
            Benchmark::Writebacks => writebacks::run(&cluster, options).await?,
        });
    }
    Ok(())
}
