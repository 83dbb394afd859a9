//! Requests to other services.

use std::sync::OnceLock;
use std::time::Duration;

/// Longest whole request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The client for addresses that the operator configured. It follows no redirects: what is configured is what is asked.
pub fn client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(make).clone()
}

/// A client to be made, which can speak TLS.
pub fn builder() -> reqwest::ClientBuilder {
    // An error means that there is a provider already, which is as good.
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
