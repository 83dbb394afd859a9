//! Event types: what they ask, when their hosts are free, and why a time is not offered.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`event_type`] | an event type with its hosts, as it is read |
//! | [`offers`] | their hours and limits, as the rules look at them |
//! | [`candidates`] | the times that its hosts' hours yield |
//! | [`dates`] | between which dates it can be booked |
//! | [`list`] | those that can be booked |
//! | [`explain`] | why one cannot |
//! | [`manage`], [`stored`] | making, changing and removing event types |

mod candidates;
mod dates;
mod event_type;
mod explain;
mod list;
mod manage;
mod offers;
mod stored;

pub use candidates::Candidates;
pub use event_type::{EventType, Member, Mode};
pub use offers::offers;
