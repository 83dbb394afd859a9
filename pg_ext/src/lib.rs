//! The extension `convene`: SQL faces on the rules of `convene-rules`.
//!
//! Each function reads rows, asks the rules, and writes rows. None decides by itself.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`booking`] | booking a slot, moving a booking, its transitions, ratings |
//! | [`slots`] | cutting blocks into slots, previewing, listing and explaining them |
//! | [`availability`] | availability blocks and days off |
//! | [`reputation`] | scores, tiers and what they allow |
//! | [`overrides`] | tier override requests |
//! | [`matching`] | mentors that suit a mentee |
//! | [`backoff`] | when what is owed to the outside world is tried again |
//! | [`people`] | what users say about themselves, and erasing it |
//! | [`airtable`] | records of Airtable become people |
//! | [`jobs`] | what the clock does |
//!
//! Locks are always taken in this order, by everything that writes: users by id, slots by id, bookings by id
//! ([`lock`]). So limits cannot be raced and nothing deadlocks.

::pgrx::pg_module_magic!(name, version);

mod activity;
mod actor;
mod airtable;
mod args;
mod audit;
mod availability;
mod backoff;
mod booking;
mod failure;
mod ids;
mod jobs;
mod lock;
mod matching;
mod overrides;
mod people;
mod reputation;
mod slots;
mod spi;
mod values;

pgrx::extension_sql_file!("../sql/finalize.sql", name = "comments_owner_and_grants", finalize);
