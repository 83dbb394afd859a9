//! Writebacks: the events that bookings are owed in calendars. What is owed is for `convene_rules::writeback` to say; when
//! it is tried is the queue's (`crate::work`).
//!
//! | module | what it does |
//! | --- | --- |
//! | `plan` | brings what is owed in line with bookings |
//! | `begin` | says what a claimed event is to be |
//! | `finish` | keeps what became of it |
//! | `changes` | notices what owners did to our events |
//! | `meetings`, `rows`, `accounts` | what these read |
//!
//! Locks continue the order of bookings: bookings by id, accounts by id, rows of `booking_external_events` by booking and
//! user, and last items of work. Whoever plans or finishes holds the booking, so it is the booking as it is now that
//! decides.

mod accounts;
mod begin;
mod changes;
mod finish;
mod meetings;
mod plan;
mod rows;
