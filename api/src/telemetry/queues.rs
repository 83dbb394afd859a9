//! Measurements of the workers.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::catalogue::QUEUE_WORK;

/// In seconds. Most work waits for somebody else's service.
const BUCKETS: [f64; 10] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

/// Measures pieces of work. Cheap to clone.
#[derive(Clone)]
pub struct QueueMeter(Histogram<f64>);

impl QueueMeter {
    pub(super) fn new(meter: &Meter) -> Self {
        let histogram = QUEUE_WORK.histogram(meter.f64_histogram(QUEUE_WORK.name));
        Self(histogram.with_boundaries(BUCKETS.to_vec()).build())
    }

    /// A piece of work ended.
    pub fn worked(&self, queue: &'static str, outcome: &'static str, duration: Duration) {
        self.0.record(duration.as_secs_f64(), &[KeyValue::new("queue", queue), KeyValue::new("outcome", outcome)]);
    }
}
