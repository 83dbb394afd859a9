//! Bookings: making them, moving them, ending them, rating them.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`create`] | booking a slot, and holding one |
//! | [`finalize`] | a booking made of a hold |
//! | [`event_types`] | booking a time of an event type, for users and guests |
//! | [`hosting`] | who hosts it: one, a member in turn, or all |
//! | [`series`] | meetings that come back |
//! | [`seats`] | meetings with several seats |
//! | [`moving`] | moving a booking to another time, or another host |
//! | [`reassign_host`] | giving a team's meeting to another member |
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
mod hosting;
mod link;
mod meeting;
mod moving;
mod open;
mod people;
mod rating;
mod reassign_host;
mod replay;
mod seats;
mod series;
mod slot;
mod transitions;
mod view;
mod writer;

pub use expire::{complete_due, expire_due};
pub use link::set_conference_link;
pub use people::{Kind, Reading, Viewers, see, see_hosts};
pub use reassign_host::Handover;
pub use slot::{BLOCK_IS_WITHDRAWN, LOCATION, SlotRow, candidate};
pub use transitions::cancel_for_leaving;
