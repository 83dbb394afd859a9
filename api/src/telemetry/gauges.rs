//! What is looked up when somebody asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::catalogue::{
    ACTIVE_REQUESTS, CONNECTION_WAITERS, CONNECTIONS, CONNECTIONS_MAX, DATABASE_UP, JOB_DURATION, JOB_OVERDUE,
    JOB_RUNS, JOB_SUCCESS, PROCESS_CPU, PROCESS_FILES, PROCESS_MEMORY, PROCESS_UPTIME, QUEUE_AGE, QUEUE_DEPTH,
    QUEUE_FAILED, REPLICA_AGE,
};
use super::{Board, JobHealth, Metric, QueueStatus, Sample, Sampler, process};
use crate::database::{Connections, Database};

/// Methods of which there always is a number, if only 0.
const USUAL: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

type Report<'a, T> = &'a dyn Fn(T, &[KeyValue]);

pub fn of_requests(meter: &Meter, board: Arc<Board>) {
    counted(meter, &ACTIVE_REQUESTS, move |report| {
        let mut by_method = BTreeMap::from(USUAL.map(|method| (method, 0)));
        for request in board.in_flight() {
            *by_method.entry(request.method).or_insert(0) += 1;
        }
        for (method, count) in by_method {
            report(count, &[KeyValue::new("http.request.method", method), KeyValue::new("url.scheme", "http")]);
        }
    });
}

pub fn of_pool(meter: &Meter, database: &Database) {
    let pools = database.clone();
    counted(meter, &CONNECTIONS, move |report| {
        for (pool, status) in pools.pools() {
            for (state, count) in [("idle", status.idle), ("used", status.used)] {
                report(count as i64, &[pool.label(), KeyValue::new("db.client.connection.state", state)]);
            }
        }
    });
    let of_each = |metric: &Metric, value: fn(&Connections) -> usize| {
        let pools = database.clone();
        counted(meter, metric, move |report| {
            pools.pools().for_each(|(pool, status)| report(value(&status) as i64, &[pool.label()]));
        });
    };
    of_each(&CONNECTIONS_MAX, |status| status.most);
    of_each(&CONNECTION_WAITERS, |status| status.waiting);
    let replica = database.clone();
    gauge(meter, &REPLICA_AGE, move |report| {
        if let Some(age) = replica.age_of_replica() {
            report(age.as_secs_f64(), &[]);
        }
    });
}

pub fn of_work(meter: &Meter, sampler: &Sampler) {
    let latest = sampler.clone();
    gauge(meter, &DATABASE_UP, move |report| report(if latest.latest().is_up { 1.0 } else { 0.0 }, &[]));
    let queues = |metric: &Metric, value: fn(&QueueStatus) -> f64| {
        let labels = |queue: &QueueStatus| vec![KeyValue::new("queue", queue.queue.clone())];
        of_sample(meter, metric, sampler, move |sample, report| {
            sample.queues.iter().for_each(|queue| report(value(queue), &labels(queue)));
        });
    };
    queues(&QUEUE_DEPTH, |queue| queue.depth as f64);
    queues(&QUEUE_AGE, |queue| queue.oldest_age.unwrap_or(0.0));
    queues(&QUEUE_FAILED, |queue| queue.failed as f64);

    let jobs = |metric: &Metric, value: fn(&JobHealth) -> Option<f64>| {
        of_sample(meter, metric, sampler, move |sample, report| {
            for job in &sample.jobs {
                if let Some(value) = value(job) {
                    report(value, &[KeyValue::new("job", job.name.clone())]);
                }
            }
        });
    };
    jobs(&JOB_SUCCESS, |job| job.last_success_at.map(|at| at.as_duration().as_secs_f64()));
    jobs(&JOB_DURATION, |job| job.last_duration_ms.map(|milliseconds| milliseconds / 1e3));
    jobs(&JOB_OVERDUE, |job| Some(if job.is_overdue { 1.0 } else { 0.0 }));
    of_sample(meter, &JOB_RUNS, sampler, |sample, report| {
        for job in &sample.jobs {
            for (outcome, runs) in [("success", job.runs_24h - job.failures_24h), ("failure", job.failures_24h)] {
                report(runs as f64, &[KeyValue::new("job", job.name.clone()), KeyValue::new("outcome", outcome)]);
            }
        }
    });
}

pub fn of_process(meter: &Meter, started: Instant) {
    counted(meter, &PROCESS_MEMORY, |report| {
        if let Some(bytes) = process::memory() {
            report(bytes as i64, &[]);
        }
    });
    counted(meter, &PROCESS_FILES, |report| {
        if let Some(files) = process::files() {
            report(files as i64, &[]);
        }
    });
    gauge(meter, &PROCESS_UPTIME, move |report| report(started.elapsed().as_secs_f64(), &[]));
    PROCESS_CPU
        .observed(meter.f64_observable_counter(PROCESS_CPU.name))
        .with_callback(|observer| {
            let Some((user, system)) = process::cpu() else { return };
            for (mode, seconds) in [("user", user), ("system", system)] {
                observer.observe(seconds, &[KeyValue::new("cpu.mode", mode)]);
            }
        })
        .build();
}

fn of_sample(
    meter: &Meter,
    metric: &Metric,
    sampler: &Sampler,
    tell: impl Fn(&Sample, Report<'_, f64>) + Send + Sync + 'static,
) {
    let sampler = sampler.clone();
    gauge(meter, metric, move |report| tell(&sampler.latest(), report));
}

fn gauge(meter: &Meter, metric: &Metric, tell: impl Fn(Report<'_, f64>) + Send + Sync + 'static) {
    metric
        .observed(meter.f64_observable_gauge(metric.name))
        .with_callback(move |observer| tell(&|value, labels| observer.observe(value, labels)))
        .build();
}

fn counted(meter: &Meter, metric: &Metric, tell: impl Fn(Report<'_, i64>) + Send + Sync + 'static) {
    metric
        .observed(meter.i64_observable_up_down_counter(metric.name))
        .with_callback(move |observer| tell(&|value, labels| observer.observe(value, labels)))
        .build();
}
