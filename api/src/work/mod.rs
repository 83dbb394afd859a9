//! What is done in the background: the queues, and the work on what is in them.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`queue`] | the engine: claims, leases, heartbeats |
//! | [`Workers`] | what runs beside HTTP |
//! | `calendars` | connected calendars: tokens, busy time, writebacks |
//! | `airtable` | directories of people |
//! | `erasures` | people who are erased |

mod airtable;
mod calendars;
mod erasures;
mod queue;
mod workers;

pub use workers::Workers;
