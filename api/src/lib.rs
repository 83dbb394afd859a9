//! The service of Convene: HTTP over the functions of the database. It holds no scheduling rule.
//!
//! It has three jobs, with a floor each. The floors do not import each other; [`Server`] connects the first two:
//!
//! | floor | what it does |
//! | --- | --- |
//! | `answer` | answers requests |
//! | `work` | works on queues in the background |
//! | [`operate`] | what operators do from the command line |
//!
//! All three stand on:
//!
//! | module | what it holds |
//! | --- | --- |
//! | `claims` | claims on work items, and settling them |
//! | [`config`] | settings: environment variables, checked all at once |
//! | [`database`] | the pool, and calling functions |
//! | [`error`] | refusals, rejections and faults |
//! | `integrations` | connected calendars and directories |
//! | `seal` | secrets at rest |
//! | `opaque_token` | tokens that are given out once and kept as hashes |
//! | `role` | what a user is in their organization |
//! | [`telemetry`] | what the service measures of itself, and its log |
//!
//! How providers are spoken to is the crate `convene_providers`.

#![forbid(unsafe_code)]

mod answer;
mod claims;
pub mod config;
pub mod database;
pub mod error;
mod integrations;
mod opaque_token;
pub mod operate;
mod role;
mod seal;
mod server;
pub mod telemetry;
mod work;

pub use answer::document as openapi_document;
pub use server::{Server, StartError};
