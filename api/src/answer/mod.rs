//! Answering requests.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`router`] | every route, inside what every request passes through |
//! | `routes` | the routes, a file for each resource |
//! | `auth` | who sends a request, and which roles a route is open to |
//! | `rate_limit` | how much one sender may ask for |
//! | `extract`, `page` | bodies, queries, keys, cursors |
//! | `failure` | the answer that an error becomes |
//! | `http` | what every request passes through |
//! | `internal` | metrics, and pages for operators, on an address of their own |
//! | `documentation` | the OpenAPI document and its pages, as files |
//! | `openapi` | what the OpenAPI document says beside the routes |

mod app;
mod auth;
mod captcha;
mod documentation;
mod extract;
mod failure;
mod health;
mod http;
mod internal;
mod openapi;
mod page;
mod rate_limit;
mod routes;
mod state;

pub use app::{document, router};
pub use auth::Authenticator;
pub use health::HealthCheck;
pub use http::{Connections, serve};
pub use internal::{InternalState, router as internal_router};
pub use rate_limit::Limiter;
pub use state::{AppState, Lifecycle};
