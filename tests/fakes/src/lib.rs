//! Fakes of the services that Convene calls, for tests and benchmarks: each an HTTP server on a free port of 127.0.0.1
//! that speaks the provider's protocol, holds its state in memory, and goes wrong in the ways the provider does.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`google`] | OAuth, Calendar v3, push channels |
//! | [`microsoft`] | OAuth v2, calendars of Graph, subscriptions |
//! | [`airtable`] | records, webhooks and their payloads |
//! | [`faults`] | what can go wrong with any call of any fake |
//! | [`calls`] | what a fake was asked, and how many calls a mailbox had open at once |
//! | [`dice`] | random numbers that can be had again |
//! | `server`, `core` | what all fakes stand on: connections that can be cut, the fake's clock |
//! | `exchanges` | what was said, for the comparison with what the providers publish |
//! | `oauth`, `post`, `snapshots` | codes and tokens; the sending of notifications; lists in pages |
//!
//! A fake is a handle that is cheap to clone. Its server ends with the runtime it was started in.
//!
//! Nothing here knows Convene: what a fake does comes from the providers' documentation. Where that is silent, the
//! fake does what is harder on its caller, and says so where it does.

#![forbid(unsafe_code)]
// Only tests and benchmarks use this: what fails here should fail them on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod airtable;
pub mod calls;
mod core;
pub mod dice;
mod exchanges;
pub mod faults;
pub mod google;
pub mod microsoft;
mod oauth;
mod post;
mod server;
mod snapshots;

pub use airtable::Airtable;
pub use calls::Call;
pub use dice::Dice;
pub use faults::{Calls, Fault, Faults};
pub use google::Google;
pub use microsoft::Microsoft;
pub use oauth::Consent;
pub use post::Pushes;
