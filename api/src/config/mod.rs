//! Configuration: environment variables, read once, checked all at once.

mod calendars;
mod faults;
mod read;
mod secret;
mod settings;
mod values;

pub use calendars::{CalendarConfig, GoogleConfig, MicrosoftConfig, Registration};
pub use faults::{ConfigFault, ConfigFaults};
pub use read::{Config, HttpConfig, InternalConfig, JwtConfig, LimitsConfig, LogConfig, LogFormat, PoolConfig, Switch};
pub use secret::Secret;
pub use settings::{SETTINGS, Setting, table};
pub use values::{Collector, DatabaseUrl};
