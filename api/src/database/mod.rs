//! The service's way to the database: a pool of connections as the service role, on which functions are called.

mod call;
mod certificates;
mod connect;
mod connector;
mod crowds;
mod lease;
mod limits;
mod parameter_types;
mod pool;
mod row;
mod wall_clock;

pub use call::{Connections, Database, Parameters, PoolError};
pub use connect::{ConnectError, Connection, connect, connect_undriven, explain};
pub use connector::{Connector, TlsError, UndrivenConnection};
pub use row::{FromRow, Scalar};
pub(crate) use row::{resource, row};
pub use wall_clock::{Day, WallTime};
