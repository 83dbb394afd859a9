//! The extension `convene`: SQL faces on the rules of `convene-rules`.
//!
//! Each function reads rows, asks the rules, and writes rows. None decides by itself.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`booking`] | booking a slot, moving a booking, its transitions, ratings |
//! | [`slots`] | cutting blocks into slots, previewing, listing and explaining them |
//! | [`availability`] | availability blocks, schedules and days off |
//! | [`event_types`] | kinds of meetings with computed times |
//! | [`reputation`] | scores, tiers and what they allow |
//! | [`teams`] | how teams share event types out |
//! | [`overrides`] | tier override requests |
//! | [`matching`] | mentors that suit a mentee |
//! | [`schedule`] | when jobs were due |
//! | [`work`] | the queue of what is owed to the outside world: claiming and settling |
//! | [`writeback`] | the events that bookings are owed in calendars |
//! | [`people`] | what users say about themselves, and erasing it |
//! | [`airtable`] | records of Airtable become people |
//! | [`notices`] | what people are told, in words |
//! | [`jobs`] | what the clock does |
//!
//! Locks are always taken in this order, by everything that writes: teams and rotations, users by id, slots by id, bookings by id
//! ([`lock`]). So limits cannot be raced and nothing deadlocks.

::pgrx::pg_module_magic!(name, version);

mod activity;
mod actor;
mod airtable;
mod args;
mod audit;
mod availability;
mod booking;
mod column;
mod event_types;
mod failure;
mod ids;
mod jobs;
mod lock;
mod matching;
mod notices;
mod overrides;
mod people;
mod record;
mod reputation;
mod rows;
mod schedule;
mod slots;
mod snapshot;
mod spi;
mod startup;
mod teams;
mod time_of_day;
mod values;
mod work;
mod writeback;

pgrx::extension_sql_file!("../sql/finalize.sql", name = "comments_owner_and_grants", finalize);
