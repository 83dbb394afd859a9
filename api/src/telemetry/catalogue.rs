//! The list of metrics: the one place that names and explains them.

use opentelemetry::metrics::{AsyncInstrumentBuilder, HistogramBuilder, InstrumentBuilder};

/// One metric, by its OpenTelemetry name.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    /// In UCUM; empty for 0 or 1.
    pub unit: &'static str,
    pub labels: &'static [&'static str],
    pub meaning: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    Histogram,
}

pub const REQUEST_DURATION: Metric = Metric {
    name: "http.server.request.duration",
    kind: Kind::Histogram,
    unit: "s",
    labels: &["http.request.method", "http.route", "http.response.status_code", "url.scheme", "error.type"],
    meaning: "Requests by the route's template; `error.type` is the code of a fault, or `canceled` when the client left",
};
pub const ACTIVE_REQUESTS: Metric = Metric {
    name: "http.server.active_requests",
    kind: Kind::Gauge,
    unit: "{request}",
    labels: &["http.request.method", "url.scheme"],
    meaning: "Requests in progress",
};
pub const REFUSALS: Metric = Metric {
    name: "convene.refusals",
    kind: Kind::Counter,
    unit: "{refusal}",
    labels: &["code"],
    meaning: "Errors answered, by the code in the answer: refusals of rules, of form or sender, and faults",
};
pub const CALL_DURATION: Metric = Metric {
    name: "db.client.operation.duration",
    kind: Kind::Histogram,
    unit: "s",
    labels: &["db.system.name", "db.stored_procedure.name", "error.type"],
    meaning: "Calls of the database's functions, without the wait for a connection; `error.type` is the SQLSTATE, \
              which refusals have too",
};
pub const CONNECTIONS: Metric = Metric {
    name: "db.client.connection.count",
    kind: Kind::Gauge,
    unit: "{connection}",
    labels: &["db.client.connection.pool.name", "db.client.connection.state"],
    meaning: "Connections of the pool, `idle` and `used`",
};
pub const CONNECTIONS_MAX: Metric = Metric {
    name: "db.client.connection.max",
    kind: Kind::Gauge,
    unit: "{connection}",
    labels: &["db.client.connection.pool.name"],
    meaning: "Connections the pool may hold: CONVENE_POOL_SIZE",
};
pub const CONNECTION_WAITERS: Metric = Metric {
    name: "db.client.connection.pending_requests",
    kind: Kind::Gauge,
    unit: "{request}",
    labels: &["db.client.connection.pool.name"],
    meaning: "Calls that wait for a connection",
};
pub const CONNECTION_WAIT: Metric = Metric {
    name: "db.client.connection.wait_time",
    kind: Kind::Histogram,
    unit: "s",
    labels: &["db.client.connection.pool.name"],
    meaning: "How long calls waited for a connection",
};
pub const CONNECTION_TIMEOUTS: Metric = Metric {
    name: "db.client.connection.timeouts",
    kind: Kind::Counter,
    unit: "{timeout}",
    labels: &["db.client.connection.pool.name"],
    meaning: "Calls that waited for a connection for CONVENE_POOL_WAIT and gave up",
};
pub const REPLICA_AGE: Metric = Metric {
    name: "convene.replica.age",
    kind: Kind::Gauge,
    unit: "s",
    labels: &[],
    meaning: "How old answers of the replica may be; beyond CONVENE_REPLICA_LAG the primary answers. Absent without a \
        replica, and until one was found up to date",
};
pub const DATABASE_UP: Metric = Metric {
    name: "convene.database.up",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
    meaning: "1 if the database answered when last asked for what follows, else 0; then queues and jobs are missing",
};
pub const QUEUE_DEPTH: Metric = Metric {
    name: "convene.queue.depth",
    kind: Kind::Gauge,
    unit: "{item}",
    labels: &["queue"],
    meaning: "What is due and waits, of all tenants, counted up to 100000; of `idempotency_requests`, which wait to be \
              cleaned, those that are kept",
};
pub const QUEUE_AGE: Metric = Metric {
    name: "convene.queue.oldest_age",
    kind: Kind::Gauge,
    unit: "s",
    labels: &["queue"],
    meaning: "Age of the one that waits longest; 0 when none does",
};
pub const QUEUE_FAILED: Metric = Metric {
    name: "convene.queue.failed",
    kind: Kind::Gauge,
    unit: "{item}",
    labels: &["queue"],
    meaning: "Items that were given up after all tries, until somebody asks for them again; counted up to 100000",
};
pub const QUEUE_WORK: Metric = Metric {
    name: "convene.queue.work.duration",
    kind: Kind::Histogram,
    unit: "s",
    labels: &["queue", "outcome"],
    meaning: "Pieces of work, by outcome: `done`, `postponed` (tried again later), `failed` (given up), `lost` (taken \
              over by another instance) or `timed_out`",
};
pub const JOB_SUCCESS: Metric = Metric {
    name: "convene.job.last_success",
    kind: Kind::Gauge,
    unit: "s",
    labels: &["job"],
    meaning: "When the job last succeeded, in seconds since 1970; missing if it never did",
};
pub const JOB_DURATION: Metric = Metric {
    name: "convene.job.last_duration",
    kind: Kind::Gauge,
    unit: "s",
    labels: &["job"],
    meaning: "How long its last run took",
};
pub const JOB_RUNS: Metric = Metric {
    name: "convene.job.recent_runs",
    kind: Kind::Gauge,
    unit: "{run}",
    labels: &["job", "outcome"],
    meaning: "Its runs in the last 24 hours, by outcome: `success` or `failure`",
};
pub const JOB_OVERDUE: Metric = Metric {
    name: "convene.job.overdue",
    kind: Kind::Gauge,
    unit: "",
    labels: &["job"],
    meaning: "1 if a run that fell due over five minutes ago is missing, else 0",
};
pub const PROCESS_MEMORY: Metric = Metric {
    name: "process.memory.usage",
    kind: Kind::Gauge,
    unit: "By",
    labels: &[],
    meaning: "Physical memory of the service's process",
};
pub const PROCESS_CPU: Metric = Metric {
    name: "process.cpu.time",
    kind: Kind::Counter,
    unit: "s",
    labels: &["cpu.mode"],
    meaning: "Processor time it has used, by mode: `user` or `system`",
};
pub const PROCESS_FILES: Metric = Metric {
    name: "process.unix.file_descriptor.count",
    kind: Kind::Gauge,
    unit: "{file_descriptor}",
    labels: &[],
    meaning: "Files and sockets it has open",
};
pub const PROCESS_UPTIME: Metric =
    Metric { name: "process.uptime", kind: Kind::Gauge, unit: "s", labels: &[], meaning: "Since it started" };

/// Every metric, in the order in which they are explained.
pub const METRICS: &[Metric] = &[
    REQUEST_DURATION,
    ACTIVE_REQUESTS,
    REFUSALS,
    CALL_DURATION,
    CONNECTIONS,
    CONNECTIONS_MAX,
    CONNECTION_WAITERS,
    CONNECTION_WAIT,
    CONNECTION_TIMEOUTS,
    REPLICA_AGE,
    DATABASE_UP,
    QUEUE_DEPTH,
    QUEUE_AGE,
    QUEUE_FAILED,
    QUEUE_WORK,
    JOB_SUCCESS,
    JOB_DURATION,
    JOB_RUNS,
    JOB_OVERDUE,
    PROCESS_MEMORY,
    PROCESS_CPU,
    PROCESS_FILES,
    PROCESS_UPTIME,
];

impl Metric {
    /// The name under which Prometheus sees it: with its unit, and `_total` if it only grows.
    pub fn prometheus_name(&self) -> String {
        let unit = match self.unit {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        let total = if self.kind == Kind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", prometheus_label(self.name))
    }

    /// The labels as Prometheus sees them.
    pub fn prometheus_labels(&self) -> impl Iterator<Item = String> {
        self.labels.iter().copied().map(prometheus_label)
    }

    pub(super) fn instrument<'a, T>(&self, builder: InstrumentBuilder<'a, T>) -> InstrumentBuilder<'a, T> {
        builder.with_unit(self.unit).with_description(self.meaning)
    }

    pub(super) fn observed<'a, I, M>(
        &self,
        builder: AsyncInstrumentBuilder<'a, I, M>,
    ) -> AsyncInstrumentBuilder<'a, I, M> {
        builder.with_unit(self.unit).with_description(self.meaning)
    }

    pub(super) fn histogram<'a, T>(&self, builder: HistogramBuilder<'a, T>) -> HistogramBuilder<'a, T> {
        builder.with_unit(self.unit).with_description(self.meaning)
    }
}

fn prometheus_label(name: &str) -> String {
    name.replace('.', "_")
}
