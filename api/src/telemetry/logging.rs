//! The log: one JSON object a line, on standard error.
//!
//! No line may hold a token, an address, a name or a body. Routes are logged as templates, people as ids.

use tracing_log::LogTracer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::config::{LogConfig, LogFormat};

/// At trace level it logs the values that are sent, and so personal data.
const TELLS_TOO_MUCH: &str = "tokio_postgres";

/// Starts logging, once per process; a second call changes nothing. A panic is logged with its place; its message is
/// logged with the request.
pub fn start(config: &LogConfig) {
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.format {
        LogFormat::Json => {
            Box::new(fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(std::io::stderr))
        }
        LogFormat::Text => Box::new(fmt::layer().with_writer(std::io::stderr)),
    };
    let subscriber = Registry::default().with(lines.with_filter(config.filter.clone()));
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        // An error means that the program that uses this library has a logger already.
        let _ = LogTracer::builder().ignore_crate(TELLS_TOO_MUCH).init();
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
    }
}
