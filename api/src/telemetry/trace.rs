//! Spans: one for a request, and one within it for each call of the database. None without a collector.
//!
//! They hold what metrics and the log hold; of a request's address only the route's template.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

/// Makes spans. Cheap to clone.
#[derive(Clone)]
pub struct Tracing {
    tracer: Option<SdkTracer>,
}

impl Tracing {
    pub fn new(provider: Option<&SdkTracerProvider>) -> Self {
        Self { tracer: provider.map(|provider| provider.tracer("convene")) }
    }

    /// Begins the span of a request, as part of the trace that its `traceparent` names.
    pub fn begin(&self, method: &'static str, route: Option<&str>, headers: &HeaderMap) -> Context {
        let Some(tracer) = &self.tracer else { return Context::new() };
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers));
        let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
        let span = tracer.span_builder(name).with_kind(SpanKind::Server).start_with_context(tracer, &parent);
        parent.with_span(span)
    }

    /// Ends it.
    pub fn end(&self, context: &Context, labels: Vec<KeyValue>, request_id: &str, has_failed: bool) {
        if self.tracer.is_none() {
            return;
        }
        let span = context.span();
        span.set_attributes(labels);
        span.set_attribute(KeyValue::new("convene.request_id", request_id.to_owned()));
        if has_failed {
            span.set_status(Status::error(""));
        }
        span.end();
    }

    /// A call that just ended, within the request that is handled here, if any.
    pub fn call(&self, function: &str, duration: Duration, labels: &[KeyValue], has_failed: bool) {
        let Some(tracer) = &self.tracer else { return };
        let context = Context::current();
        if !context.has_active_span() {
            return;
        }
        let ended = SystemTime::now();
        let mut span = tracer
            .span_builder(function.to_owned())
            .with_kind(SpanKind::Client)
            .with_start_time(ended - duration)
            .with_attributes(labels.iter().cloned())
            .start_with_context(tracer, &context);
        if has_failed {
            span.set_status(Status::error(""));
        }
        span.end_with_timestamp(ended);
    }
}
