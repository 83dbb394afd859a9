//! How long the database takes.

use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

use super::catalogue::{CALL_DURATION, CONNECTION_TIMEOUTS, CONNECTION_WAIT};
use super::trace::Tracing;

/// What connections are called in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolName {
    Primary,
    Replica,
}

impl PoolName {
    pub(super) fn label(self) -> KeyValue {
        let name = match self {
            Self::Primary => "convene",
            Self::Replica => "convene-replica",
        };
        KeyValue::new("db.client.connection.pool.name", name)
    }
}

/// In seconds. Calls are faster than requests: OpenTelemetry's buckets for databases start at a millisecond, and many
/// of ours take less.
const BUCKETS: [f64; 11] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 10.0];

/// Measures calls of functions, and the wait for a connection. Cheap to clone.
#[derive(Clone)]
pub struct Calls {
    duration: Histogram<f64>,
    wait: Histogram<f64>,
    timeouts: Counter<u64>,
    tracing: Tracing,
}

impl Calls {
    pub(super) fn new(meter: &Meter, tracing: Tracing) -> Self {
        let histogram = |metric: &super::Metric| {
            metric.histogram(meter.f64_histogram(metric.name)).with_boundaries(BUCKETS.to_vec()).build()
        };
        Self {
            duration: histogram(&CALL_DURATION),
            wait: histogram(&CONNECTION_WAIT),
            timeouts: CONNECTION_TIMEOUTS.instrument(meter.u64_counter(CONNECTION_TIMEOUTS.name)).build(),
            tracing,
        }
    }

    /// The wait for a connection ended, with or without one.
    pub fn waited(&self, pool: PoolName, since: Instant) {
        self.wait.record(since.elapsed().as_secs_f64(), &[pool.label()]);
    }

    /// No connection became free in time.
    pub fn timed_out(&self, pool: PoolName) {
        self.timeouts.add(1, &[pool.label()]);
    }

    /// A call ended, with this SQLSTATE if it did not succeed.
    pub fn ended(&self, sql: &str, duration: Duration, failure: Option<String>) {
        let (function, has_failed) = (function(sql), failure.is_some());
        let mut labels = Vec::with_capacity(3);
        labels.push(KeyValue::new("db.system.name", "postgresql"));
        labels.push(KeyValue::new("db.stored_procedure.name", function.to_owned()));
        labels.extend(failure.map(|sqlstate| KeyValue::new("error.type", sqlstate)));
        self.duration.record(duration.as_secs_f64(), &labels);
        self.tracing.call(function, duration, &labels, has_failed);
    }
}

/// The function that a statement calls.
fn function(sql: &str) -> &str {
    let called = sql.split_once("convene.").map_or("", |(_, called)| called);
    let end = called.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(called.len());
    &called[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_goes_by_the_function_it_calls() {
        assert_eq!(function("SELECT id, name FROM convene.list_mentors($1, $2)"), "list_mentors");
        assert_eq!(function("SELECT convene.dispatch_events($1)"), "dispatch_events");
        assert_eq!(function("SELECT 1"), "");
    }
}
