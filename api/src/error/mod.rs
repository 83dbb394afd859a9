//! What a request is answered with when it does not get what it asked for.
//!
//! Three kinds: a [`Refusal`](convene_rules::refusal::Refusal) is a rule's "no" and comes from the database; a
//! [`Rejection`] comes from the service, and is about the form of a request or its sender; a [`Fault`] is a failure.
//! Handlers return [`ApiError`] and use `?`. The HTTP envelope renders it (it knows the request's id) and logs
//! faults, once.

mod api_error;
mod database;
mod fault;
mod rejection;

pub use api_error::ApiError;
pub use database::{Repeat, classify, is_outdated, repeat};
pub use fault::Fault;
pub use rejection::Rejection;
pub(crate) use rejection::whole_seconds;
use strum::VariantNames;

/// Every code that is the service's own, for its documentation. Those of refusals are in `convene_rules`.
pub fn codes() -> impl Iterator<Item = &'static str> {
    Rejection::VARIANTS.iter().chain(Fault::VARIANTS).copied()
}
