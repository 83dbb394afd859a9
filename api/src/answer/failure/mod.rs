//! How an error is answered: its status, its headers, and the one shape of its body.

mod body;
mod response;
mod status;

pub use body::{ErrorBody, ErrorContent};
