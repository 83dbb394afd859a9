//! The proof of the fakes: each behaviour of the providers that Convene counts on, over HTTP.

// What fails here should fail the test on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod airtable;
mod google;
mod http;
mod microsoft;
mod pkce;
mod receiver;
mod time;
