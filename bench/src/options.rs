//! What can be chosen on the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// Measures Convene against baselines, in turns, and prints ratios.
#[derive(Debug, Clone, Parser)]
#[command(name = "convene-bench")]
pub struct Options {
    /// Run only this benchmark; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<Benchmark>,
    /// Seconds that each turn of a throughput benchmark lasts [default: 4, or 1 with --quick]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: Option<u64>,
    /// Turns that each side has; the median of the ratios counts [default: 5, or 3 with --quick]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// Clients of a throughput benchmark
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    clients: u16,
    /// Bookings in the large database of the scale benchmark [default: 1000000; 10000000 with --full, 100000 with
    /// --quick]
    #[arg(long, value_parser = clap::value_parser!(u32).range(10_000..=20_000_000))]
    bookings: Option<u32>,
    /// Shorter turns and less data: to see that everything works, not to quote
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// As much data as the targets speak of: it needs 40 GB of disk, and an hour to be written
    #[arg(long)]
    full: bool,
    /// Write the table to this file, too, as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Print beside each row what the run measured whose table is in this file
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,
    /// Leave the databases behind, to look at plans
    #[arg(long)]
    pub keep: bool,
}

/// A benchmark; each prints one row or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Benchmark {
    /// `create_booking_atomic` against the same writes without rules, and against a bare lock-insert-update
    Booking,
    /// Booking over HTTP against the SQL function; what rate limits and the look at calendars cost; the service's memory
    BookingHttp,
    /// `list_slots` against bare selects of the same rows, in SQL and over HTTP; each further slot of a page
    SlotListing,
    /// `available_slots` of one host and of a team of 50, against bare selects of what takes their time
    FreeTimes,
    /// The first fill with slots against a plain INSERT … SELECT, and a run with nothing new
    SlotGeneration,
    /// `match_mentors` among 10,000 mentors, beside a bare select that ranks them
    Matching,
    /// With much history against little: booking; a page of a mentor's bookings; every list and report, none of which may read a
    /// large table from end to end
    Scale,
    /// Recomputing 100,000 reputations
    Reputations,
    /// `dispatch_events`, beside a plain INSERT … SELECT of the same rows
    FanOut,
    /// Events of booking pages stored and rolled up, and funnels of 10 million of them, beside bare statements
    Funnel,
    /// 64 clients after one slot
    ContendedSlot,
    /// Work items claimed and settled, among a million that wait, beside two bare statements
    WorkQueue,
    /// Events written to calendars of an instant provider against bare calls to it
    Writebacks,
}

impl Options {
    /// The benchmarks to run, in their order.
    pub fn chosen(&self) -> impl Iterator<Item = Benchmark> + '_ {
        Benchmark::value_variants()
            .iter()
            .copied()
            .filter(|benchmark| self.only.is_empty() || self.only.contains(benchmark))
    }

    /// How long a turn lasts.
    pub fn turn(&self) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(self.or_quick(4, 1)))
    }

    /// How many turns each side has.
    pub fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(self.or_quick(5, 3))
    }

    /// How many clients work at once.
    pub fn clients(&self) -> usize {
        self.clients.into()
    }

    /// How many bookings the large database has.
    pub fn bookings(&self) -> u32 {
        self.bookings.unwrap_or(if self.full { 10_000_000 } else { self.or_quick(1_000_000, 100_000) })
    }

    /// One of two sizes.
    pub fn or_quick<T>(&self, usual: T, quick: T) -> T {
        if self.quick { quick } else { usual }
    }
}
