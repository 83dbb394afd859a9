//! Configuration: environment variables, read once, checked all at once.

mod calendars;
mod connection_string;
mod database_tls;
mod database_url;
mod faults;
mod limits;
mod read;
mod settings;
mod values;

pub use calendars::CalendarConfig;
pub use database_tls::{ClientCertificate, DatabaseTls, Roots, TlsMode, Verification};
pub use database_url::DatabaseUrl;
pub use faults::{ConfigFault, ConfigFaults};
pub use limits::{LimitsConfig, Proxies, Rate, Rates, TrustedKeys};
pub use read::{
    Config, HttpConfig, InternalConfig, JwtConfig, LogConfig, LogFormat, PoolConfig, Pooling, ReplicaConfig, Switch,
};
pub use settings::{SETTINGS, Setting, table};
pub use values::Collector;
