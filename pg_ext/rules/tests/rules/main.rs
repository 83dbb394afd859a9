//! The laws of the rules, each as a test named by a sentence.

#![allow(clippy::unwrap_used)] // test code

mod airtable;
mod availability;
mod block;
mod eligibility;
mod event_type;
mod fuzz;
mod given;
mod guest;
mod hours;
mod id;
mod matching;
mod membership;
mod profile;
mod question;
mod recurrence;
mod reputation;
mod request;
mod role;
mod room;
mod rotation;
mod schedule;
mod slot_examples;
mod slot_laws;
mod state;
mod tally;
mod team;
mod tier;
mod wall_time;
mod zone;
