//! Event types of teams. Teams and their members are sets, and so plain SQL (`sql/functions/teams.sql`).
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`sharing`] | how a team shares an event type out, and among whom |
//! | [`turns`] | which meetings give the turn of their host back |

mod sharing;
mod turns;
