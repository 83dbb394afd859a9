//! When people can be booked.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`blocks`], [`room`] | a mentor's office hours, which are cut into slots |
//! | [`blackouts`] | a host's days off |
//! | [`schedules`], [`hours`] | a host's hours for event types: weekly windows, dates with others, stays elsewhere |
//! | [`host`] | whose hours these are, and who may change them |

mod blackouts;
mod blocks;
mod host;
mod hours;
mod record;
mod room;
mod schedules;

pub use host::Host;
