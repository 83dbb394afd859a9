//! The log: one JSON object a line, on standard error.
//!
//! No line may hold a token, an address, a name or a body. Routes are logged as templates, people as ids.

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::config::{LogConfig, LogFormat};

/// Starts logging, once per process; a second call changes nothing. Panics are logged by where they happened; what
/// they say goes with the request's line.
pub fn start(config: &LogConfig) {
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match config.format {
        LogFormat::Json => {
            Box::new(fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(std::io::stderr))
        }
        LogFormat::Text => Box::new(fmt::layer().with_writer(std::io::stderr)),
    };
    if Registry::default().with(lines.with_filter(config.filter.clone())).try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
    }
}
