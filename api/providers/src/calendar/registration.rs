//! How an installation is registered with a provider, and where the provider is.

use reqwest::Url;

use crate::secret::Secret;

/// An application that is registered with a provider.
#[derive(Debug, Clone)]
pub struct Registration {
    pub client_id: String,
    pub client_secret: Secret<String>,
    /// The page that people return to after their consent.
    pub redirect_url: String,
}

#[derive(Debug, Clone)]
pub struct GoogleConfig {
    pub registration: Registration,
    pub authorize_url: Url,
    pub token_url: Url,
    pub revoke_url: Url,
    /// Calendar v3.
    pub calendar_url: Url,
}

#[derive(Debug, Clone)]
pub struct MicrosoftConfig {
    pub registration: Registration,
    /// With the tenant; the endpoints are below it.
    pub login_url: Url,
    /// Graph, with its version.
    pub graph_url: Url,
}
