//! The parts of a request. What has the wrong form is refused in the one shape of errors.

mod change;
mod email;
mod idempotency_key;
mod json;
mod path;
mod query;
mod value;
mod wording;
mod wrong;

pub use change::Change;
pub use email::EmailAddress;
pub use idempotency_key::IdempotencyKey;
pub use json::{Json, OptionalJson, read as read_json};
pub use path::{Id, Segment};
pub use query::{Query, RepeatingQuery, Repeats, ids, instant, refuse_parameters};
