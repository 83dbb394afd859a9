//! Microsoft: OAuth 2.0 and Graph.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `call` | one call, pages, and what a refusal means |
//! | `oauth` | consent, tokens |
//! | `calendars` | the account's calendars |
//! | `view`, `times` | when they are busy, and when an event is |
//! | `changes` | what changed in one of them |
//! | `events`, `resource` | making, changing and removing an event, and how it is written |
//! | `push` | subscriptions to changes |

mod calendars;
mod call;
mod changes;
mod events;
mod oauth;
mod push;
mod resource;
mod times;
mod view;

use std::sync::Arc;

use super::registration::MicrosoftConfig;
use crate::http::Http;

/// Microsoft, with the application that is registered there.
#[derive(Debug, Clone)]
pub struct Microsoft {
    http: Http,
    config: Arc<MicrosoftConfig>,
}

impl Microsoft {
    pub(super) fn new(config: MicrosoftConfig) -> Self {
        Self { http: Http::new(), config: Arc::new(config) }
    }
}
