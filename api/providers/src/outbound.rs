//! Requests to other services.

use std::sync::OnceLock;
use std::time::Duration;

/// Longest whole request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The client for addresses that the operator configured. It follows no redirects.
pub fn client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(make).clone()
}

/// A builder of clients that can speak TLS.
pub fn builder() -> reqwest::ClientBuilder {
    // An error means that the process has a crypto provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

fn make() -> reqwest::Client {
    builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("convene/", env!("CARGO_PKG_VERSION")))
        .build()
        .unwrap_or_default()
}
