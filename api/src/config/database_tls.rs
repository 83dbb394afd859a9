//! How connections to a database are protected: the parameters `sslmode`, `sslrootcert`, `sslcert` and `sslkey`, which
//! mean what they mean to libpq (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use std::collections::HashMap;
use std::path::PathBuf;

/// The protection that a connection string asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseTls {
    pub mode: TlsMode,
    pub roots: Roots,
    /// Shown to servers that ask for one.
    pub client: Option<ClientCertificate>,
}

/// `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum TlsMode {
    /// Never encrypt.
    Disable,
    /// Encrypt where the server does not take a plain connection.
    Allow,
    /// Encrypt where the server can.
    Prefer,
    /// Encrypt.
    Require,
    /// Encrypt, with a server whose certificate is signed by a root.
    VerifyCa,
    /// Encrypt, with a server whose certificate is signed by a root and names the host.
    VerifyFull,
}

/// `sslrootcert`: who may sign the certificates of servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The operating system's.
    System,
    /// A file of PEM certificates.
    File(PathBuf),
}

/// `sslcert` and `sslkey`, files in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    pub certificates: PathBuf,
    pub key: PathBuf,
}

/// What a server's certificate must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    Nothing,
    Chain,
    ChainAndName,
}

impl DatabaseTls {
    /// The names of the parameters.
    pub const PARAMETERS: &[&str] = &["sslmode", "sslrootcert", "sslcert", "sslkey"];

    /// No encryption.
    pub fn disabled() -> Self {
        Self { mode: TlsMode::Disable, roots: Roots::System, client: None }
    }

    pub(super) fn read(given: &HashMap<String, String>) -> Result<Self, String> {
        let value = |name: &str| given.get(name).filter(|text| !text.is_empty());
        let mode: Option<TlsMode> = value("sslmode").map(|text| text.parse()).transpose().map_err(|_| {
            "has an sslmode that is none of disable, allow, prefer, require, verify-ca and verify-full".to_owned()
        })?;
        let is_system = value("sslrootcert").is_some_and(|text| text == "system");
        let default = if is_system { TlsMode::VerifyFull } else { TlsMode::Prefer };
        let mode = mode.unwrap_or(default);
        if is_system && mode != TlsMode::VerifyFull {
            // A public root issues certificates to anybody, so only the name tells servers apart.
            return Err("has sslrootcert=system, which needs sslmode=verify-full".to_owned());
        }
        if mode == TlsMode::VerifyCa && value("sslrootcert").is_none() {
            // As libpq, which looks for a file. Public roots would vouch for anybody's server.
            return Err("has sslmode=verify-ca, which needs sslrootcert".to_owned());
        }
        let roots = match value("sslrootcert") {
            Some(path) if !is_system => Roots::File(path.into()),
            _ => Roots::System,
        };
        let client = match (value("sslcert"), value("sslkey")) {
            (Some(certificates), Some(key)) => {
                Some(ClientCertificate { certificates: certificates.into(), key: key.into() })
            }
            (None, None) => None,
            _ => return Err("has one of sslcert and sslkey without the other".to_owned()),
        };
        Ok(Self { mode, roots, client })
    }

    /// What the server's certificate must show, where the connection is encrypted. As in libpq, a named file of roots
    /// is used in every mode.
    pub fn verification(&self) -> Verification {
        match (self.mode, &self.roots) {
            (TlsMode::VerifyFull, _) => Verification::ChainAndName,
            (TlsMode::VerifyCa, _) | (_, Roots::File(_)) => Verification::Chain,
            (_, Roots::System) => Verification::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)]) -> Result<DatabaseTls, String> {
        DatabaseTls::read(&given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn without_a_word_about_it_encryption_is_preferred_and_nothing_checked() {
        let tls = read(&[]).unwrap();
        assert_eq!((tls.mode, tls.verification()), (TlsMode::Prefer, Verification::Nothing));
    }

    #[test]
    fn every_mode_of_libpq_is_known_and_no_other() {
        for (text, mode) in [
            ("disable", TlsMode::Disable),
            ("allow", TlsMode::Allow),
            ("prefer", TlsMode::Prefer),
            ("require", TlsMode::Require),
            ("verify-ca", TlsMode::VerifyCa),
            ("verify-full", TlsMode::VerifyFull),
        ] {
            assert_eq!(read(&[("sslmode", text), ("sslrootcert", "/etc/ca.pem")]).unwrap().mode, mode);
        }
        for text in ["on", "verify_full", "REQUIRE"] {
            assert!(read(&[("sslmode", text)]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_of_roots_is_checked_against_in_every_mode() {
        let tls = read(&[("sslmode", "require"), ("sslrootcert", "/etc/ca.pem")]).unwrap();
        assert_eq!((tls.verification(), tls.roots), (Verification::Chain, Roots::File("/etc/ca.pem".into())));
    }

    #[test]
    fn the_systems_roots_are_for_checking_names_only() {
        assert_eq!(read(&[("sslrootcert", "system")]).unwrap().verification(), Verification::ChainAndName);
        assert!(read(&[("sslmode", "require"), ("sslrootcert", "system")]).is_err());
        assert!(read(&[("sslmode", "verify-ca"), ("sslrootcert", "system")]).is_err());
        assert!(read(&[("sslmode", "verify-ca")]).is_err());
        assert_eq!(read(&[("sslmode", "verify-full")]).unwrap().verification(), Verification::ChainAndName);
    }

    #[test]
    fn a_clients_certificate_and_its_key_come_together() {
        assert!(read(&[("sslcert", "a.pem"), ("sslkey", "a.key")]).unwrap().client.is_some());
        assert!(read(&[("sslcert", "a.pem")]).is_err());
    }
}
