//! Google: OAuth 2.0 and Calendar v3.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `call` | one call, and what its refusal means |
//! | `oauth` | consent, tokens |
//! | `calendar_list` | the account's calendars |
//! | `free_busy` | when they are busy |
//! | `changes`, `times` | what changed in one of them, and when an event is |
//! | `events`, `resource` | making, changing and removing an event, and how it is written |
//! | `push` | push channels |

mod calendar_list;
mod call;
mod changes;
mod events;
mod free_busy;
mod oauth;
mod push;
mod resource;
mod times;

use std::sync::Arc;

use super::registration::GoogleConfig;
use crate::http::Http;

/// Google, with the client that is registered there.
#[derive(Debug, Clone)]
pub struct Google {
    http: Http,
    config: Arc<GoogleConfig>,
}

impl Google {
    pub(super) fn new(config: GoogleConfig) -> Self {
        Self { http: Http::new(), config: Arc::new(config) }
    }
}
