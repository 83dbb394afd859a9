//! Sending traces and metrics to a collector, by OTLP over HTTP.
//!
//! OpenTelemetry's SDK exports from threads of its own: requests never wait for a collector, and what it does not
//! accept in time is dropped. The SDK's usual HTTP clients would bring a second HTTP stack; this client uses the
//! service's own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::PeriodicReader;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use crate::config::Collector;

/// For one attempt, and for all attempts to send one batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// A collector's answers are short.
const LONGEST_ANSWER: usize = 64 << 10;

/// What sends metrics every minute, or as OTEL_METRIC_EXPORT_INTERVAL says. Needs Tokio.
pub fn metrics(collector: &Collector) -> Result<PeriodicReader<MetricExporter>, ExporterBuildError> {
    let exporter = MetricExporter::builder()
        .with_http()
        .with_http_client(Client::new())
        .with_timeout(PATIENCE)
        .with_endpoint(collector.path("/v1/metrics"))
        .build()?;
    Ok(PeriodicReader::builder(exporter).build())
}

/// What sends spans, as many as OTEL_TRACES_SAMPLER says. Needs Tokio.
pub fn traces(collector: &Collector, resource: Resource) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new())
        .with_timeout(PATIENCE)
        .with_endpoint(collector.path("/v1/traces"))
        .build()?;
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// A connection for each batch: there is one every few seconds.
#[derive(Debug)]
struct Client {
    /// The SDK's threads do not belong to Tokio.
    runtime: Handle,
    fails: AtomicBool,
}

impl Client {
    fn new() -> Self {
        Self { runtime: Handle::current(), fails: AtomicBool::new(false) }
    }

    /// Logs when it begins to fail, and when that is over.
    fn note(&self, outcome: &Result<Response<Bytes>, HttpError>) {
        let problem = match outcome {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(response.status().to_string()),
            Err(error) => Some(error.to_string()),
        };
        let failed = self.fails.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            Some(cause) if !failed => tracing::warn!(cause, "the collector does not take telemetry"),
            None if failed => tracing::info!("the collector takes telemetry again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = self.runtime.spawn(async { tokio::time::timeout(PATIENCE, send(request)).await });
        let outcome = match sending.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(late)) => Err(late.into()),
            Err(gone) => Err(gone.into()),
        };
        self.note(&outcome);
        outcome
    }
}

async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().ok_or("the collector's address has no host")?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = authority.port_u16().unwrap_or(80);
    parts.headers.insert(header::HOST, HeaderValue::from_str(authority.as_str())?);
    parts.uri = Uri::builder().path_and_query(parts.uri.path()).build()?;

    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // Its end shows as an error of the request.
        let _ = connection.await;
    });
    let (parts, body) = sender.send_request(Request::from_parts(parts, Full::new(body))).await?.into_parts();
    let answer = Limited::new(body, LONGEST_ANSWER).collect().await?.to_bytes();
    Ok(Response::from_parts(parts, answer))
}
