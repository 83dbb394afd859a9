//! Opening connections as `sslmode` says: encrypted, plain, or what the server accepts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Client, Config, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::certificates::ServerCertificates;
use crate::config::{ClientCertificate, DatabaseTls, Roots, TlsMode, Verification};

/// A connection that does nothing until it is polled.
pub type UndrivenConnection = tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Opens connections with the TLS settings of one URL. Certificates are read once, when this is made. Cheap to clone.
#[derive(Clone)]
pub struct Connector {
    mode: TlsMode,
    tls: MakeRustlsConnect,
}

/// Why the TLS settings of a URL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{name} {} cannot be read: {cause}", .path.display())]
    File { name: &'static str, path: PathBuf, cause: pem::Error },
    #[error("{name} {} holds no certificate", .path.display())]
    Empty { name: &'static str, path: PathBuf },
    #[error("this machine has no root certificates: name a file of them as sslrootcert")]
    NoRoots,
    #[error(transparent)]
    Rejected(#[from] rustls::Error),
}

impl Connector {
    pub fn new(settings: &DatabaseTls) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verification = settings.verification();
        let roots = match (&settings.roots, verification) {
            (_, Verification::Nothing) => Vec::new(),
            (Roots::File(path), _) => certificates("sslrootcert", path)?,
            (Roots::System, _) => system_roots()?,
        };
        let verifier = ServerCertificates::new(verification, roots, Arc::clone(&provider));
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &settings.client {
            None => builder.with_no_client_auth(),
            Some(ClientCertificate { certificates: chain, key }) => {
                let key = PrivateKeyDer::from_pem_file(key).map_err(|cause| TlsError::File {
                    name: "sslkey",
                    path: key.clone(),
                    cause,
                })?;
                builder.with_client_auth_cert(certificates("sslcert", chain)?, key)?
            }
        };
        // Postgres 17 and later require it with sslnegotiation=direct.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Self { mode: settings.mode, tls: MakeRustlsConnect::new(config) })
    }

    /// Connects. Where `sslmode` allows both kinds of connection and the server refuses the first, tries the other.
    pub async fn connect(&self, parameters: &Config) -> Result<(Client, UndrivenConnection), Error> {
        let (first, second) = match self.mode {
            TlsMode::Disable => (SslMode::Disable, None),
            TlsMode::Allow => (SslMode::Disable, Some(SslMode::Require)),
            TlsMode::Prefer => (SslMode::Prefer, Some(SslMode::Disable)),
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => (SslMode::Require, None),
        };
        let attempt = async |mode| {
            let mut parameters = parameters.clone();
            parameters.ssl_mode(mode).connect(self.tls.clone()).await
        };
        match (attempt(first).await, second) {
            (Err(error), Some(second)) if calls_for_the_other_kind(&error) => attempt(second).await,
            (outcome, _) => outcome,
        }
    }

    /// Asks the server to cancel the statement of a connection.
    pub async fn cancel(&self, token: CancelToken) -> Result<(), Error> {
        token.cancel_query(self.tls.clone()).await
    }
}

/// Whether `pg_hba.conf` refuses this kind of connection, or the TLS handshake failed.
fn calls_for_the_other_kind(error: &Error) -> bool {
    let is_refused = error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION);
    let cause = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    is_refused || cause.and_then(std::io::Error::get_ref).is_some_and(|cause| cause.is::<rustls::Error>())
}

fn certificates(name: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let fault = |cause| TlsError::File { name, path: path.to_owned(), cause };
    let read: Vec<_> = CertificateDer::pem_file_iter(path).map_err(fault)?.collect::<Result<_, _>>().map_err(fault)?;
    if read.is_empty() { Err(TlsError::Empty { name, path: path.to_owned() }) } else { Ok(read) }
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = rustls_native_certs::load_native_certs().certs;
    if found.is_empty() { Err(TlsError::NoRoots) } else { Ok(found) }
}
