//! The service of Convene: HTTP over the functions of the database. It holds no scheduling rule.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`config`] | settings: environment variables, checked all at once |
//! | [`Server`] | binding, serving, draining |
//! | [`routes`] | the routes, a file for each resource |
//! | [`auth`] | who sends a request, and which roles a route is open to |
//! | [`rate_limit`] | how much one sender may ask for |
//! | [`extract`], [`page`] | bodies, queries, keys, cursors |
//! | [`error`] | refusals, rejections and faults, and their HTTP statuses |
//! | [`http`] | what every request passes through |
//! | [`database`] | the pool, and calling functions |
//! | [`internal`] | metrics, and pages for operators, on an address of their own |
//! | [`telemetry`] | what the service measures of itself |
//! | [`captcha`] | whether a human asks |
//! | [`outbound`] | requests to other services |
//! | [`queue`] | the engine of the workers: claims, leases, heartbeats |
//! | [`calendar`] | Google's and Microsoft's calendars: requests and answers |
//! | [`calendars`] | connected calendars: tokens, busy time, writebacks, push |
//! | [`airtable`] | Airtable as a directory of people |
//! | [`workers`] | what runs in the background |
//! | [`migrate`] | bringing a database up to date |
//! | [`doctor`] | what is wrong with an installation |
//! | [`token`] | sessions for operators |
//! | [`mail`] | what waits to be sent |
//! | [`rotate_keys`] | sealing secrets with a new key |

#![forbid(unsafe_code)]

mod airtable;
mod app;
pub mod auth;
pub mod calendar;
mod calendars;
pub mod captcha;
pub mod config;
pub mod database;
pub mod doctor;
pub mod error;
mod extract;
mod health;
mod http;
mod internal;
pub mod logging;
pub mod mail;
pub mod migrate;
mod openapi;
pub mod outbound;
mod page;
mod queue;
mod rate_limit;
pub mod rotate_keys;
mod routes;
mod seal;
mod server;
mod state;
pub mod telemetry;
pub mod token;
mod workers;

pub use app::document as openapi_document;
pub use server::{Server, StartError};
