//! The service's way to the database: a pool of connections as the service role, on which functions are called.

mod call;
mod connect;
mod lease;
mod pool;
mod row;
mod values;

pub use call::{Connections, Database, Parameters};
pub use connect::{ConnectError, Connection, connect, explain};
pub use row::{FromRow, Scalar};
pub(crate) use row::{resource, row};
pub use values::{Day, WallTime};
