//! The parts of a request, each refused in the one error shape when it has the wrong form.

mod change;
mod idempotency_key;
mod json;
mod path;
mod problem;
mod query;

pub use change::Change;
pub use idempotency_key::IdempotencyKey;
pub use json::{Json, OptionalJson};
pub use path::{Id, Segment};
pub use query::{Query, RepeatingQuery, Repeats, ids, instant};
