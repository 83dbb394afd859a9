//! Where a database is and who connects to it.

use std::str::FromStr;

use tokio_postgres::config::Host;

use super::connection_string;
use super::database_tls::DatabaseTls;

/// Where a database is, who connects to it, and how the connection is protected.
#[derive(Clone)]
pub struct DatabaseUrl {
    parameters: tokio_postgres::Config,
    tls: DatabaseTls,
}

impl DatabaseUrl {
    /// A `postgres://` URL or `key=value` string, as libpq reads them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "is not a connection string such as postgres://user@host:5432/database".to_owned();
        let (rest, tls) = connection_string::split(text, DatabaseTls::PARAMETERS).ok_or_else(wrong)?;
        let parameters = tokio_postgres::Config::from_str(&rest).map_err(|_| wrong())?;
        if parameters.get_hosts().is_empty() {
            return Err("names no host".into());
        }
        // Postgres does not encrypt Unix sockets, and libpq ignores sslmode there.
        let is_local = parameters.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let tls = if is_local { DatabaseTls::disabled() } else { DatabaseTls::read(&tls)? };
        Ok(Self { parameters, tls })
    }

    /// The parsed connection parameters, but for those of TLS.
    pub fn parameters(&self) -> &tokio_postgres::Config {
        &self.parameters
    }

    pub fn tls(&self) -> &DatabaseTls {
        &self.tls
    }

    /// Who connects where, without the password: `user@host:port/database`.
    pub fn describe(&self) -> String {
        let user = self.parameters.get_user().unwrap_or("(this user)");
        let host = match self.parameters.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "(no host)".to_owned(),
        };
        let port = self.parameters.get_ports().first().copied().unwrap_or(5432);
        format!("{user}@{host}:{port}/{}", self.parameters.get_dbname().unwrap_or(user))
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::super::database_tls::TlsMode;
    use super::*;

    #[test]
    fn a_database_is_described_without_its_password() {
        let url = DatabaseUrl::parse("postgres://someone:hunter2@db.example:5433/convene").unwrap();
        assert_eq!(url.describe(), "someone@db.example:5433/convene");
        assert_eq!(format!("{url:?}"), "someone@db.example:5433/convene");
    }

    #[test]
    fn a_socket_directory_is_a_host_and_is_never_encrypted() {
        let url = DatabaseUrl::parse("postgres:///convene?host=/run/postgresql&port=5433&user=someone&sslmode=require");
        let url = url.unwrap();
        assert_eq!(url.describe(), "someone@/run/postgresql:5433/convene");
        assert_eq!(url.tls().mode, TlsMode::Disable);
    }

    #[test]
    fn a_fault_in_a_connection_string_does_not_repeat_it() {
        let fault = DatabaseUrl::parse("postgres://someone:hunter2@db:not-a-port/x").err().unwrap();
        assert!(!fault.contains("hunter2"), "{fault}");
    }

    #[test]
    fn parameters_of_tls_are_read_from_both_forms_of_a_connection_string() {
        for text in [
            "postgres://someone@db/x?sslmode=verify-full&connect_timeout=3",
            "host=db user=someone dbname=x sslmode=verify-full connect_timeout=3",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.tls().mode, TlsMode::VerifyFull, "{text}");
            assert_eq!(url.describe(), "someone@db:5432/x", "{text}");
            assert!(url.parameters().get_connect_timeout().is_some(), "{text}");
        }
    }
}
