//! Event types of teams. Teams and their members are sets, and so plain SQL (`sql/functions/teams.sql`).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`leaving`] | members who leave, and their meetings to come |
//! | [`sharing`] | how a team shares an event type out, and among whom |
//! | [`turns`] | which meetings give the turn of their host back |

mod leaving;
mod sharing;
mod turns;
