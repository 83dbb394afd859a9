//! What the tests share, so that their bodies show only what happens and what comes of it.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`surroundings`] | the private cluster and the programs, as `scripts/test` names them |
//! | [`database`] | a database for each test, from a template that is migrated once |
//! | [`cluster`] | a cluster of its own, for tests that kill Postgres or set it up otherwise |
//! | [`machine`] | a machine on which the commands of docs/operations.md are followed |
//! | [`certificates`] | authorities, and the certificates that they issue |
//! | [`sql`] | calling functions; refusals |
//! | [`pooler`] | PgBouncer |
//! | [`program`] | `convene` and Postgres's programs, run to their end |
//! | [`service`] | the service as a process, and HTTP clients |
//! | [`world`] | an organization with people, slots and bookings |
//! | [`availability`] | blocks, the slots cut from them, days off |
//! | [`calendars`] | calendar providers, and people who connect |
//! | [`directory`] | a directory of people in Airtable, and who reads it |
//! | [`collector`] | a collector of telemetry |
//! | [`metrics`] | what `/metrics` says |
//! | [`tags`] | tags, and who has them |
//! | [`teams`] | teams, and what they share out |
//! | [`console`], [`document`], [`links`] | documents: their examples run, their lists compared with the code, their links followed |
//! | [`refusals`] | one of each |
//! | [`work`] | work that is owed to the outside world |
//! | [`workers`] | the functions that no user calls |

// Only tests use this: what fails here should fail the test on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod availability;
pub mod calendars;
pub mod captcha;
pub mod certificates;
pub mod cluster;
pub mod collector;
pub mod console;
pub mod database;
pub mod directory;
pub mod document;
pub mod event_types;
pub mod issuer;
pub mod links;
pub mod machine;
pub mod metrics;
pub mod pooler;
pub mod program;
pub mod refusals;
pub mod service;
pub mod sql;
pub mod surroundings;
pub mod tags;
pub mod teams;
pub mod work;
pub mod workers;
pub mod world;

pub use convene_fakes::Dice;
pub use database::TestDatabase;
pub use service::{Client, Reply, Service};
pub use sql::{Refused, Sql};
pub use tags::Tag;
pub use teams::Team;
pub use world::{Booking, Organization, Slot, User, World, days, hours, minutes};
