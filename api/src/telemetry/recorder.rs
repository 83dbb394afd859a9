//! Where everything is recorded and read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use http::Method;
use opentelemetry::metrics::{Counter, Histogram, Meter, MeterProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prometheus::{Registry, TextEncoder};

use super::board::{Board, Finished, InFlight};
use super::catalogue::{REFUSALS, REQUEST_DURATION};
use super::trace::Tracing;
use super::{Calls, Flight, QueueMeter, RequestId, RequestNotes, Sampler, export, gauges};
use crate::config::Collector;
use crate::database::Database;

/// OpenTelemetry's buckets for requests, in seconds; those of calls start lower.
const REQUEST_BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// One for each service. Cheap to clone.
#[derive(Clone)]
pub struct Telemetry(Arc<Instruments>);

struct Instruments {
    started: Instant,
    registry: Registry,
    meters: SdkMeterProvider,
    /// `None`: there is no collector for spans.
    tracers: Option<SdkTracerProvider>,
    tracing: Tracing,
    meter: Meter,
    request_duration: Histogram<f64>,
    refusals: Counter<u64>,
    calls: Calls,
    board: Arc<Board>,
}

impl Telemetry {
    /// Sends what it measures to the collector, if there is one. Needs Tokio.
    pub fn new(collector: Option<&Collector>) -> Result<Self, TelemetryError> {
        let registry = Registry::new();
        let reader =
            opentelemetry_prometheus::exporter().with_registry(registry.clone()).scope_info_enabled(false).build()?;
        let resource = resource();
        let mut meters = SdkMeterProvider::builder().with_reader(reader).with_resource(resource.clone());
        if let Some(collector) = collector {
            meters = meters.with_reader(export::metrics(collector)?);
        }
        let meters = meters.build();
        let meter = meters.meter("convene");
        let tracers = collector.map(|collector| export::traces(collector, resource)).transpose()?;
        let tracing = Tracing::new(tracers.as_ref());
        Ok(Self(Arc::new(Instruments {
            started: Instant::now(),
            registry,
            request_duration: REQUEST_DURATION
                .histogram(meter.f64_histogram(REQUEST_DURATION.name))
                .with_boundaries(REQUEST_BUCKETS.to_vec())
                .build(),
            refusals: REFUSALS.instrument(meter.u64_counter(REFUSALS.name)).build(),
            calls: Calls::new(&meter, tracing.clone()),
            board: Arc::default(),
            meters,
            tracers,
            tracing,
            meter,
        })))
    }

    /// What measures calls of the database.
    pub fn calls(&self) -> Calls {
        self.0.calls.clone()
    }

    /// What measures the workers.
    pub fn queues(&self) -> QueueMeter {
        QueueMeter::new(&self.0.meter)
    }

    /// Requests, for the pages of operators.
    pub fn board(&self) -> &Board {
        &self.0.board
    }

    /// How long the service has been running.
    pub fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// From now on, reports the state of the pool, of queues and jobs, and of the process.
    pub fn watch(&self, database: &Database, sampler: &Sampler) {
        gauges::of_requests(&self.0.meter, Arc::clone(&self.0.board));
        gauges::of_pool(&self.0.meter, database);
        gauges::of_work(&self.0.meter, sampler);
        gauges::of_process(&self.0.meter, self.0.started);
    }

    /// Whether anything is sent to a collector.
    pub fn exports(&self) -> bool {
        self.0.tracers.is_some()
    }

    /// A request begins.
    pub fn begin(&self, request: &Request, id: &RequestId, notes: &RequestNotes) -> Flight {
        let method = verb(request.method());
        let route = request.extensions().get().map(|route: &MatchedPath| Arc::from(route.as_str()));
        let context = self.0.tracing.begin(method, route.as_deref(), request.headers());
        Flight::new(
            self.clone(),
            InFlight { started: Instant::now(), method, route, id: id.clone(), notes: notes.clone() },
            context,
        )
    }

    /// An error is answered.
    pub fn refused(&self, code: String) {
        self.0.refusals.add(1, &[KeyValue::new("code", code)]);
    }

    pub(super) fn landed(&self, finished: Finished, context: &Context) {
        let mut labels = Vec::with_capacity(5);
        labels.push(KeyValue::new("http.request.method", finished.method));
        labels.push(KeyValue::new("url.scheme", "http"));
        if let Some(route) = &finished.route {
            labels.push(KeyValue::new("http.route", Arc::clone(route)));
        }
        if let Some(status) = finished.status {
            labels.push(KeyValue::new("http.response.status_code", i64::from(status)));
        }
        if let Some(problem) = finished.problem.clone() {
            labels.push(KeyValue::new("error.type", problem));
        }
        self.0.request_duration.record(finished.duration.as_secs_f64(), &labels);
        self.0.tracing.end(context, labels, finished.id.as_str(), finished.problem.is_some());
        self.0.board.landed(finished);
    }

    /// Everything, as Prometheus reads it.
    pub fn text(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.0.registry.gather())
    }

    /// Sends what has not been sent yet, for some seconds at most. Blocks its thread.
    pub fn shut_down(&self) {
        let spans = self.0.tracers.as_ref().map_or(Ok(()), SdkTracerProvider::shutdown);
        for error in [spans, self.0.meters.shutdown()].into_iter().filter_map(Result::err) {
            tracing::warn!(cause = %error, "not all telemetry was sent");
        }
    }
}

/// Why nothing can be measured.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error(transparent)]
    Sdk(#[from] OTelSdkError),
    #[error(transparent)]
    Exporter(#[from] ExporterBuildError),
}

/// The attributes of this process.
fn resource() -> Resource {
    Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", "convene"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()),
        ])
        .build()
}

/// The method, if it is a standard one: senders may invent others.
fn verb(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}
