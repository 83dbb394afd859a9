//! The configuration a command runs with.

use std::net::SocketAddr;
use std::time::Duration;

use convene_providers::Secret;
use convene_providers::captcha::{Captcha, CaptchaProvider};
use http::HeaderValue;
use reqwest::Url;
use tracing_subscriber::filter::Targets;

use super::calendars::CalendarConfig;
use super::database_url::DatabaseUrl;
use super::faults::{ConfigFault, ConfigFaults};
use super::limits::{LimitsConfig, Proxies, Rates, TrustedKeys};
use super::settings::{self, SETTINGS};
use super::values::{self, Collector};
use crate::seal::KeyRing;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// The service role's database; `serve` needs it.
    pub database: Option<DatabaseUrl>,
    /// A standby that answers what may be a little old; `None`: the primary answers everything.
    pub replica: Option<ReplicaConfig>,
    /// The administrator's database; `migrate`, `token` and `doctor` need it.
    pub admin_database: Option<DatabaseUrl>,
    pub http: HttpConfig,
    pub internal: InternalConfig,
    pub pool: PoolConfig,
    pub limits: LimitsConfig,
    pub captcha: Option<Captcha>,
    pub calendars: CalendarConfig,
    /// Airtable's web API.
    pub airtable_url: Option<Url>,
    /// `None`: only session tokens sign in.
    pub jwt: Option<JwtConfig>,
    /// `None`: secrets cannot be sealed, so signing in by mail is off.
    pub keys: Option<KeyRing>,
    /// Where links in mails lead.
    pub sign_in_url: Option<String>,
    /// How long a sign-in is remembered; zero asks the database every time.
    pub session_cache: Duration,
    /// Whether HTTP is answered.
    pub serve_http: Switch,
    /// Whether background work is done.
    pub workers: Switch,
    /// Where traces and metrics are sent; `None`: nowhere.
    pub collector: Option<Collector>,
    pub log: LogConfig,
}

/// Whether a part of the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone)]
pub struct HttpConfig {
    pub listen: SocketAddr,
    pub request_timeout: Duration,
    /// How long requests are still accepted after the signal to stop.
    pub shutdown_delay: Duration,
    /// How long requests in progress may take to end after that.
    pub shutdown_timeout: Duration,
    /// Largest request body, in bytes.
    pub body_limit: usize,
    /// Clients' connections held at most.
    pub connections: usize,
    /// Of one address.
    pub connections_per_address: usize,
    /// Origins whose pages may send requests (CORS).
    pub origins: Vec<HeaderValue>,
}

#[derive(Debug, Clone)]
pub struct ReplicaConfig {
    pub url: DatabaseUrl,
    /// How old an answer may be.
    pub most_lag: Duration,
}

/// Where metrics are.
#[derive(Debug, Clone, Copy)]
pub struct InternalConfig {
    /// `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// Whether the address was set. If it was, it must be free; the default one need not be.
    pub is_chosen: bool,
}

#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Connections held at most.
    pub size: usize,
    /// How long a request waits for one.
    pub wait: Duration,
    pub pooling: Pooling,
    /// Longest statement.
    pub statement_timeout: Duration,
    /// How long a call waits for rows that others hold.
    pub lock_timeout: Duration,
}

/// Whose sessions of the database the connections are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Each connection has a session of its own.
    Sessions,
    /// A pooler lends a session for each transaction.
    Transactions,
}

#[derive(Debug, Clone)]
pub struct JwtConfig {
    /// For HS256.
    pub secret: Option<Secret<Vec<u8>>>,
    /// For RS256 and ES256.
    pub jwks_url: Option<String>,
    /// How soon the issuer is asked again for a key it did not have.
    pub jwks_cool_down: Duration,
    /// How far the issuer's clock may be from ours.
    pub leeway: Duration,
    pub issuer: Option<String>,
    pub audience: Option<String>,
}

#[derive(Debug, Clone)]
pub struct LogConfig {
    pub filter: Targets,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl Config {
    /// Reads the process's environment. Refuses with every fault at once.
    pub fn from_environment() -> Result<Self, ConfigFaults> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from `lookup`, which is given a variable's name. An empty value counts as unset.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigFaults> {
        let mut reader = Reader { lookup, faults: Vec::new() };
        let second = Duration::from_secs(1);
        let hour = Duration::from_secs(3600);
        let connections = |text: &str| values::whole_number(text, 1, 1_000_000);
        let bounded = move |text: &str| values::duration_within(text, Duration::from_millis(10), hour);

        let config = Self {
            database: reader.optional(settings::DATABASE_URL, DatabaseUrl::parse),
            replica: reader.replica(),
            admin_database: reader.optional(settings::ADMIN_DATABASE_URL, DatabaseUrl::parse),
            http: HttpConfig {
                listen: reader.with_default(
                    settings::LISTEN,
                    values::address,
                    SocketAddr::from(([127, 0, 0, 1], 8080)),
                ),
                request_timeout: reader.with_default(settings::REQUEST_TIMEOUT, bounded, second),
                shutdown_delay: reader.with_default(
                    settings::SHUTDOWN_DELAY,
                    |text| values::duration_within(text, Duration::ZERO, Duration::from_secs(600)),
                    Duration::ZERO,
                ),
                shutdown_timeout: reader.with_default(settings::SHUTDOWN_TIMEOUT, bounded, second),
                body_limit: reader.with_default(settings::BODY_LIMIT, values::bytes, 1024),
                connections: reader.with_default(settings::CONNECTIONS, connections, 1),
                connections_per_address: reader.with_default(settings::CONNECTIONS_PER_ADDRESS, connections, 1),
                origins: reader.optional(settings::CORS_ORIGINS, values::origins).unwrap_or_default(),
            },
            internal: InternalConfig {
                listen: reader.with_default(settings::INTERNAL_LISTEN, values::address_or_off, None),
                is_chosen: reader.is_given(settings::INTERNAL_LISTEN),
            },
            pool: PoolConfig {
                size: reader.with_default(settings::POOL_SIZE, |text| values::whole_number(text, 1, 1000), 1),
                wait: reader.with_default(settings::POOL_WAIT, bounded, second),
                pooling: reader.with_default(settings::POOLER, pooling, Pooling::Sessions),
                statement_timeout: reader.with_default(settings::STATEMENT_TIMEOUT, bounded, second),
                lock_timeout: reader.with_default(settings::LOCK_TIMEOUT, bounded, second),
            },
            limits: LimitsConfig {
                rates: Rates {
                    api: reader.with_default(settings::RATE_LIMIT_API, values::rate, None),
                    auth: reader.with_default(settings::RATE_LIMIT_AUTH, values::rate, None),
                    public: reader.with_default(settings::RATE_LIMIT_PUBLIC, values::rate, None),
                    booking: reader.with_default(settings::RATE_LIMIT_BOOKING, values::rate, None),
                    push: reader.with_default(settings::RATE_LIMIT_PUSH, values::rate, None),
                    organization: reader.with_default(settings::RATE_LIMIT_ORGANIZATION, values::rate, None),
                },
                proxies: reader.optional(settings::TRUSTED_PROXIES, Proxies::parse).unwrap_or_default(),
                trusted_keys: reader.optional(settings::UNLIMITED_KEYS, TrustedKeys::parse).unwrap_or_default(),
            },
            captcha: reader.captcha(),
            calendars: reader.calendars(),
            airtable_url: reader.address(settings::AIRTABLE_URL),
            session_cache: reader.with_default(
                settings::SESSION_CACHE,
                |text| values::duration_within(text, Duration::ZERO, Duration::from_secs(60)),
                Duration::ZERO,
            ),
            serve_http: reader.switch(settings::HTTP),
            workers: reader.switch(settings::WORKERS),
            jwt: reader.jwt(),
            keys: reader.optional(settings::KEYS, KeyRing::parse),
            sign_in_url: reader.optional(settings::SIGN_IN_URL, values::web_address),
            collector: reader.optional(settings::OTLP_ENDPOINT, Collector::parse),
            log: LogConfig {
                filter: reader.with_default(settings::LOG, log_filter, Targets::new()),
                format: reader.with_default(settings::LOG_FORMAT, log_format, LogFormat::Json),
            },
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(ConfigFaults(reader.faults)) }
    }

    /// The service role's database, or the fault that it is not set.
    pub fn require_database(&self) -> Result<&DatabaseUrl, ConfigFaults> {
        self.database.as_ref().ok_or_else(|| missing(settings::DATABASE_URL, "as the role convene_service"))
    }

    /// The administrator's database, or the fault that it is not set.
    pub fn require_admin_database(&self) -> Result<&DatabaseUrl, ConfigFaults> {
        self.admin_database.as_ref().ok_or_else(|| missing(settings::ADMIN_DATABASE_URL, "as a superuser"))
    }
}

fn missing(name: &'static str, role: &str) -> ConfigFaults {
    let problem = format!("is not set: give it postgres://user:password@host:port/database, {role}");
    ConfigFaults(vec![ConfigFault { name, problem }])
}

pub(super) struct Reader<L> {
    lookup: L,
    pub(super) faults: Vec<ConfigFault>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn optional<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = (self.lookup)(name).filter(|text| !text.trim().is_empty())?;
        parse(text.trim()).map_err(|problem| self.faults.push(ConfigFault { name, problem })).ok()
    }

    pub(super) fn is_given(&self, name: &str) -> bool {
        (self.lookup)(name).is_some_and(|text| !text.trim().is_empty())
    }

    /// The setting, or the default that [`SETTINGS`] states. A faulty setting is recorded as a fault and replaced by
    /// `placeholder`, which is never used: a configuration with faults is refused.
    pub(super) fn with_default<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
        placeholder: T,
    ) -> T {
        let given = (self.lookup)(name).filter(|text| !text.trim().is_empty());
        let stated = SETTINGS.iter().find(|setting| setting.name == name).and_then(|setting| setting.default);
        match parse(given.as_deref().or(stated).unwrap_or_default().trim()) {
            Ok(value) => value,
            Err(problem) => {
                self.faults.push(ConfigFault { name, problem });
                placeholder
            }
        }
    }

    fn switch(&mut self, name: &'static str) -> Switch {
        if self.with_default(name, values::flag, false) { Switch::On } else { Switch::Off }
    }

    fn replica(&mut self) -> Option<ReplicaConfig> {
        let within = |text: &str| values::duration_within(text, Duration::from_millis(50), Duration::from_secs(3600));
        let most_lag = self.with_default(settings::REPLICA_LAG, within, Duration::from_secs(1));
        let url = self.optional(settings::REPLICA_URL, DatabaseUrl::parse)?;
        Some(ReplicaConfig { url, most_lag })
    }

    fn captcha(&mut self) -> Option<Captcha> {
        let text = |text: &str| Ok::<_, String>(text.to_owned());
        let provider = self.optional(settings::CAPTCHA, CaptchaProvider::parse);
        let secret = self.optional(settings::CAPTCHA_SECRET, text);
        let site_key = self.optional(settings::CAPTCHA_SITE_KEY, text);
        let url = self.optional(settings::CAPTCHA_URL, values::web_address);
        let hostname = self.optional(settings::CAPTCHA_HOSTNAME, text);
        let provider = provider?;
        if secret.is_none() {
            let problem = "must be set with CONVENE_CAPTCHA".to_owned();
            self.faults.push(ConfigFault { name: settings::CAPTCHA_SECRET, problem });
        }
        let url = url.unwrap_or_else(|| provider.url().to_owned());
        Some(Captcha { provider, site_key, url, secret: Secret::new(secret?), hostname })
    }

    fn jwt(&mut self) -> Option<JwtConfig> {
        let text = |text: &str| Ok::<_, String>(text.to_owned());
        let issuer = self.optional(settings::JWT_ISSUER, text);
        let audience = self.optional(settings::JWT_AUDIENCE, text);
        let secret = self.optional(settings::JWT_SECRET, |text| {
            if text.len() < 32 { Err("must be at least 32 bytes".to_owned()) } else { Ok(text.as_bytes().to_vec()) }
        });
        let jwks_url = self.optional(settings::JWKS_URL, values::web_address);
        let leeway = self.with_default(
            settings::JWT_LEEWAY,
            |text| values::duration_within(text, Duration::ZERO, Duration::from_secs(300)),
            Duration::ZERO,
        );
        let jwks_cool_down = self.with_default(
            settings::JWKS_COOL_DOWN,
            |text| values::duration_within(text, Duration::ZERO, Duration::from_secs(3600)),
            Duration::ZERO,
        );
        for (name, is_missing) in
            [(settings::JWT_ISSUER, issuer.is_none()), (settings::JWT_AUDIENCE, audience.is_none())]
        {
            if jwks_url.is_some() && is_missing {
                let problem = "must be set with CONVENE_JWKS_URL: its keys sign for others, too".to_owned();
                self.faults.push(ConfigFault { name, problem });
            }
        }
        if secret.is_none() && jwks_url.is_none() {
            return None;
        }
        Some(JwtConfig { secret: secret.map(Secret::new), jwks_url, jwks_cool_down, leeway, issuer, audience })
    }
}

fn pooling(text: &str) -> Result<Pooling, String> {
    match text {
        "none" => Ok(Pooling::Sessions),
        "transaction" => Ok(Pooling::Transactions),
        _ => Err("must be none or transaction".to_owned()),
    }
}

fn log_filter(text: &str) -> Result<Targets, String> {
    text.parse().map_err(|_| "is not a level, nor levels by module such as info,convene_api=debug".to_owned())
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("must be json or text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
        Config::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_set_means_every_default() {
        let config = read(&[]).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.http.request_timeout, Duration::from_secs(30));
        assert_eq!(config.http.body_limit, 256 * 1024);
        assert_eq!(config.pool.size, 16);
        assert_eq!(config.pool.statement_timeout, Duration::from_secs(10));
        assert_eq!(config.session_cache, Duration::from_secs(5));
        assert_eq!(config.workers, Switch::On);
        assert!(config.jwt.is_none() && config.database.is_none());
        assert_eq!(config.internal.listen.map(|address| address.to_string()).as_deref(), Some("127.0.0.1:9464"));
        assert!(!config.internal.is_chosen);
    }

    #[test]
    fn all_faults_are_reported_at_once_and_no_value_with_them() {
        let faults = read(&[
            ("CONVENE_DATABASE_URL", "mysql://root:hunter2@db/x"),
            ("CONVENE_LISTEN", "everywhere"),
            ("CONVENE_POOL_SIZE", "0"),
            ("CONVENE_JWT_SECRET", "tooshortasecret"),
            ("CONVENE_LOG_FORMAT", "xml"),
        ])
        .unwrap_err();
        let names: Vec<&str> = faults.0.iter().map(|fault| fault.name).collect();
        for name in
            ["CONVENE_DATABASE_URL", "CONVENE_LISTEN", "CONVENE_POOL_SIZE", "CONVENE_JWT_SECRET", "CONVENE_LOG_FORMAT"]
        {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        let text = faults.to_string();
        assert!(!text.contains("hunter2") && !text.contains("tooshortasecret"), "{text}");
    }

    #[test]
    fn published_keys_need_the_issuer_and_the_audience_that_tokens_must_carry() {
        let url = ("CONVENE_JWKS_URL", "https://issuer.test/jwks.json");
        let (issuer, audience) = (("CONVENE_JWT_ISSUER", "https://issuer.test"), ("CONVENE_JWT_AUDIENCE", "convene"));
        let missing =
            |given: &[(&str, &str)]| read(given).unwrap_err().0.iter().map(|fault| fault.name).collect::<Vec<_>>();
        assert_eq!(missing(&[url]), ["CONVENE_JWT_ISSUER", "CONVENE_JWT_AUDIENCE"]);
        assert_eq!(missing(&[url, issuer]), ["CONVENE_JWT_AUDIENCE"]);
        assert!(read(&[url, issuer, audience]).unwrap().jwt.is_some());
    }

    #[test]
    fn an_empty_variable_is_as_good_as_none() {
        let config = read(&[("CONVENE_LISTEN", ""), ("CONVENE_JWT_SECRET", " ")]).unwrap();
        assert_eq!(config.http.listen.port(), 8080);
        assert!(config.jwt.is_none());
    }

    #[test]
    fn a_configuration_shows_no_secret() {
        let config = read(&[
            ("CONVENE_DATABASE_URL", "postgres://me:hunter2@db/x"),
            ("CONVENE_JWT_SECRET", "0123456789abcdef0123456789abcdef"),
            ("CONVENE_KEYS", "7=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
        ])
        .unwrap();
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("0123456789abcdef"), "{shown}");
        assert!(!shown.contains("MDEyMzQ1"), "{shown}");
    }
}
