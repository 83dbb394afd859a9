//! What people read, each law of it as a test named by a sentence.

#![allow(clippy::unwrap_used)] // test code

mod any_facts;
mod calendar_event;
mod given;
mod golden;
mod language;
mod names;
mod notices;
mod speed;
mod times;
