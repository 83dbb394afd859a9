//! The clients of the providers' calendars against fakes of the providers, and what goes wrong between them.

// What fails here should fail the test on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod broken;
mod events;
mod google;
mod microsoft;
mod support;
