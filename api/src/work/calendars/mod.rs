//! What is done with connected calendars in the background.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`refreshes`] | refreshes tokens before they end |
//! | [`syncs`] | reads accounts that are due |
//! | [`writebacks`] | makes events what bookings say they should be |

pub mod refreshes;
pub mod syncs;
pub mod writebacks;
