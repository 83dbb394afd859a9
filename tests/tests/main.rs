//! End-to-end tests. One program, because linking one is faster than linking many; a module for each theme.

// What fails here should fail the test on the spot.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod administration;
mod airtable;
mod availability;
mod block_fields;
mod booking_a_slot;
mod calendars;
mod catalogue;
mod clock_changes;
mod crash;
mod database_tls;
mod doctor;
mod documents;
mod ending_a_booking;
mod erasure;
mod generation;
mod http;
mod idempotency;
mod installation;
mod isolation;
mod job_runs;
mod jobs;
mod matching;
mod mentor_search;
mod moving_a_booking;
mod notices;
mod nulls;
mod privileges;
mod profile;
mod races;
mod reading_much;
mod reassigning;
mod reputation;
mod seats;
mod slots_shown;
mod storm;
mod tags;
mod tenancy;
mod tier_overrides;
mod views;
mod weekly_limit;
mod work;
