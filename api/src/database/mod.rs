//! The service's way to the database: a pool of connections as the service role, on which functions are called. A second
//! pool may lead to a replica.

mod call;
mod certificates;
mod connect;
mod connector;
mod crowds;
mod lease;
mod limits;
mod node;
mod parameter_types;
mod pool;
mod replica;
mod row;
mod statement;
mod wall_clock;

pub use call::{Connections, Database, Parameters, PoolError};
pub use connect::{ConnectError, Connection, connect, connect_undriven, explain};
pub use connector::{Connector, TlsError, UndrivenConnection};
pub use replica::{POSITION, Position};
pub use row::{FromRow, Scalar};
pub(crate) use row::{resource, row};
pub use statement::{Age, Recent, Statement};
pub use wall_clock::{Day, WallTime};
