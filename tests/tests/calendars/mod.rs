//! Calendars: connecting them, what is known from them, and what is written to them.

mod busy;
mod connecting;
mod keys;
mod push;
mod storm;
mod writeback;
