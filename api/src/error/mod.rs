//! What a request is answered with when it does not get what it asked for.
//!
//! Three kinds: a [`Refusal`](convene_rules::refusal::Refusal) is a rule's "no" and comes from the database; a
//! [`Rejection`] is the service's own, about the form of a request or who sent it; a [`Fault`] is nobody's intention.
//! Handlers return [`ApiError`] and use `?`. The HTTP envelope renders it (it knows the request's id) and logs
//! faults, once.

mod api_error;
mod body;
mod database;
mod status;

pub use api_error::{ApiError, Fault, Rejection};
pub use body::{ErrorBody, ErrorContent};
pub use database::{classify, is_stale_statement, is_transient};
pub use status::status_of_refusal;
