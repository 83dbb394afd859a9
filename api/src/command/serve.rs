//! `convene serve`

use std::error::Error;
use std::io::{Write, stdout};

use convene_api::config::{Config, Switch};
use convene_api::{Server, telemetry};
use tokio::signal::unix::{Signal, SignalKind, signal};

pub async fn run() -> Result<(), Box<dyn Error>> {
    let config = Config::from_environment()?;
    telemetry::logging::start(&config.log);
    if config.admin_database.is_some() {
        tracing::warn!(
            "CONVENE_ADMIN_DATABASE_URL is in the environment of the service, which needs no superuser: unset it there"
        );
    }
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let answers = config.serve_http == Switch::On;
    let server = Server::bind(config).await?;
    if answers {
        let mut text = format!("Convene is listening on http://{}\n", server.address());
        if let Some(address) = server.internal_address() {
            text.push_str(&format!("For operators: http://{address}/zpages and /metrics\n"));
        }
        let mut output = stdout();
        // In one write: a reader that wants one line only may close the pipe after it.
        output.write_all(text.as_bytes())?;
        output.flush()?;
    }
    server.run(either(terminate, interrupt)).await;
    Ok(())
}

async fn either(mut one: Signal, mut other: Signal) {
    tokio::select! {
        _ = one.recv() => {}
        _ = other.recv() => {}
    }
}
