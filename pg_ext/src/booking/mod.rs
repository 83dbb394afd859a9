//! Bookings: making them, moving them, ending them, rating them.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`create`] | booking a slot, and holding one |
//! | [`finalize`] | a booking made of a hold |
//! | [`event_types`] | booking a time of an event type, for users and guests |
//! | [`guest`] | somebody without an account |
//! | [`guest_erasure`] | erasing what is known of them |
//! | [`tokens`] | what lets them act on a booking |
//! | [`holds`] | a booking made of a time that was held for whoever comes |
//! | [`hosting`] | who hosts it: one, a member in turn, or all |
//! | [`series`] | meetings that come back |
//! | [`seats`] | meetings with several seats |
//! | [`moving`] | moving a booking to another slot, or another host |
//! | [`reassign_host`] | giving a team's meeting to another member |
//! | [`rescheduling`] | moving a meeting of an event type to another time |
//! | [`transitions`] | confirming, declining, canceling, completing |
//! | [`absence`] | who did not come: said, disputed, corrected |
//! | [`expire`] | what nobody finished in time |
//! | [`link`] | where to meet online |
//! | [`rating`] | what participants thought of one another |
//! | [`people`], [`slot`] | reading what the rules decide by, and asking them |
//! | [`meeting`] | a booking with its people |
//! | [`open`] | holding a booking for change |
//! | [`writer`] | the one place that writes bookings, participants, slots and history |
//! | [`replay`] | answers kept under idempotency keys |
//! | [`view`] | a booking as functions return it |

mod absence;
mod create;
mod event_types;
mod expire;
mod finalize;
mod guest;
mod guest_erasure;
mod holds;
mod hosting;
mod link;
mod meeting;
mod moving;
mod open;
mod people;
mod rating;
mod reassign_host;
mod replay;
mod rescheduling;
mod seats;
mod series;
mod slot;
mod tokens;
mod transitions;
mod view;
mod writer;

pub use expire::{complete_due, expire_due};
pub use link::set_conference_link;
pub use people::{Kind, Reading, Viewers, see, see_hosts};
pub use reassign_host::Handover;
pub use slot::{BLOCK_IS_WITHDRAWN, LOCATION, SlotRow, candidate};
pub use tokens::{Token, TokenHash};
pub use transitions::cancel_for_leaving;
