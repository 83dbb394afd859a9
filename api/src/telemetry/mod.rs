//! What the service measures of itself, in OpenTelemetry's names.
//!
//! Everything is recorded once, through OpenTelemetry's SDK, and read from there: by `/metrics` as Prometheus's text,
//! and by an exporter if one is configured. [`METRICS`] lists it all. No label names a person, a tenant or a path that
//! somebody typed.

mod board;
mod calls;
mod catalogue;
mod export;
mod flight;
mod gauges;
pub mod logging;
pub mod process;
mod queues;
mod recorder;
mod request_id;
mod request_notes;
mod sample;
mod trace;

pub use board::{Board, Finished, InFlight, RouteKey, RouteRecord};
pub use calls::{Calls, PoolName};
pub use catalogue::{Kind, METRICS, Metric};
pub use flight::Flight;
pub use queues::QueueMeter;
pub use recorder::Telemetry;
pub use recorder::TelemetryError;
pub use request_id::{RequestId, X_REQUEST_ID};
pub use request_notes::RequestNotes;
pub use sample::{JobHealth, QueueStatus, Sample, Sampler};
