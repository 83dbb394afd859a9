//! Airtable: as much of its web API as a mirror of tables needs.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `handle`, `by_hand` | [`Airtable`]: what tests hold; records as a person makes and changes them |
//! | `state` | bases, their tables, and what the fake was told to do |
//! | `caller`, `refusal` | who calls, how often; errors in both of Airtable's shapes |
//! | `records` | `/v0/{base}/{table}` |
//! | `webhooks`, `payloads`, `ping` | `/v0/bases/{base}/webhooks`, what they keep of changes, and what they are sent |

mod by_hand;
mod caller;
mod handle;
mod payloads;
mod ping;
mod records;
mod refusal;
mod state;
mod webhooks;

pub use caller::RateLimit;
pub use handle::Airtable;
pub use ping::content_mac;
pub use state::{Record, Table};
pub use webhooks::Webhook;
