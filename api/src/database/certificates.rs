//! What a server's certificate must show, by `sslmode`: nothing, a chain to a root, or that and the host's name.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_cert::der::Decode as _;

use crate::config::Verification;

/// Verifies the certificate of a database server.
///
/// rustls's own verifier always checks the host's name, and refuses a self-signed certificate that is its own root,
/// which is the first set-up that Postgres's manual describes.
#[derive(Debug)]
pub struct ServerCertificates {
    verification: Verification,
    roots: RootCertStore,
    /// The roots, byte for byte: a server that shows one of them is trusted.
    pinned: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertificates {
    pub fn new(
        verification: Verification,
        pinned: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        // A root that cannot be parsed is left out: it signs nothing that is accepted.
        roots.add_parsable_certificates(pinned.iter().cloned());
        Self { verification, roots, pinned, provider }
    }

    fn verify_chain(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        if self.pinned.contains(server) {
            return verify_validity(server, now);
        }
        verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(server)?,
            &self.roots,
            intermediates,
            now,
            self.provider.signature_verification_algorithms.all,
        )
    }
}

/// Whether a trusted certificate is valid at that time.
fn verify_validity(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let parsed = x509_cert::Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = parsed.tbs_certificate.validity;
    let (from, until) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    if now.as_secs() < from.as_secs() {
        Err(CertificateError::NotValidYet.into())
    } else if now.as_secs() > until.as_secs() {
        Err(CertificateError::Expired.into())
    } else {
        Ok(())
    }
}

impl ServerCertVerifier for ServerCertificates {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.verification != Verification::Nothing {
            self.verify_chain(server, intermediates, now)?;
        }
        if self.verification == Verification::ChainAndName {
            verify_server_name(&ParsedCertificate::try_from(server)?, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    use super::*;

    /// A self-signed certificate for `db.test`, such as `openssl req -new -x509` makes: it is its own authority.
    fn self_signed() -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
        let mut parameters = CertificateParams::new(["db.test".to_owned()]).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (parameters.not_before, parameters.not_after) =
            (rcgen::date_time_ymd(2026, 1, 1), rcgen::date_time_ymd(2027, 1, 1));
        let key = KeyPair::generate().unwrap();
        (parameters.self_signed(&key).unwrap().der().clone(), Issuer::new(parameters, key))
    }

    fn verify(
        verification: Verification,
        roots: &[&CertificateDer<'static>],
        server: &CertificateDer<'_>,
        name: &'static str,
        day: &str,
    ) -> Result<(), Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = roots.iter().map(|root| (*root).clone()).collect();
        let day: jiff::civil::Date = day.parse().unwrap();
        let now = day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second().unsigned_abs();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        let name = ServerName::try_from(name).unwrap();
        ServerCertificates::new(verification, roots, provider)
            .verify_server_cert(server, &[], &name, &[], now)
            .map(|_| ())
    }

    #[test]
    fn a_self_signed_certificate_is_trusted_where_it_is_its_own_root_and_while_it_holds() {
        let (own, _) = self_signed();
        let (other, _) = self_signed();
        assert_eq!(verify(Verification::Chain, &[&own], &own, "elsewhere.test", "2026-06-01"), Ok(()));
        assert_eq!(verify(Verification::ChainAndName, &[&own], &own, "db.test", "2026-06-01"), Ok(()));
        for (verification, root, name, day) in [
            (Verification::Chain, &other, "db.test", "2026-06-01"),
            (Verification::ChainAndName, &own, "elsewhere.test", "2026-06-01"),
            (Verification::Chain, &own, "db.test", "2025-06-01"),
            (Verification::Chain, &own, "db.test", "2027-06-01"),
        ] {
            let refused = verify(verification, &[root], &own, name, day);
            assert!(refused.is_err(), "{verification:?} {name} {day}");
        }
    }

    #[test]
    fn a_certificate_that_a_root_signed_is_trusted_for_its_name() {
        let (root, issuer) = self_signed();
        let parameters = CertificateParams::new(["db.test".to_owned()]).unwrap();
        let server = parameters.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().der().clone();
        let on = "2026-06-01";
        assert_eq!(verify(Verification::ChainAndName, &[&root], &server, "db.test", on), Ok(()));
        assert!(verify(Verification::ChainAndName, &[&root], &server, "elsewhere.test", on).is_err());
        assert_eq!(verify(Verification::Chain, &[&root], &server, "elsewhere.test", on), Ok(()));
        assert!(verify(Verification::Chain, &[], &server, "db.test", on).is_err());
        assert_eq!(verify(Verification::Nothing, &[], &server, "elsewhere.test", on), Ok(()));
    }
}
