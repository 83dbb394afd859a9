//! Every text that people read about their bookings, from a kind, facts, a language and a time zone. No Postgres, no
//! clock, no I/O (but for the system's time zone files, which `convene_rules::zone` reads).
//!
//! | question | module |
//! | --- | --- |
//! | Which kinds of notices are there, and what must be known for each? | [`notice`], [`meeting`], [`person`] |
//! | What does a notice say? | [`render`] |
//! | What does a calendar event say? | [`calendar_event`] |
//! | Which languages are there? | [`language`] |
//! | Where are the words? | `texts/*.ftl`, one file a language; `phrase` names them, `texts` reads them |

#![forbid(unsafe_code)]

pub mod calendar_event;
mod clean;
pub mod language;
pub mod meeting;
pub mod notice;
pub mod person;
mod phrase;
pub mod render;
mod texts;
mod when;

pub use calendar_event::{CalendarEvent, CalendarEventFacts, calendar_event};
pub use language::Language;
pub use notice::{Kind, Notice, NoticeError};
pub use render::{Reader, Text, render, render_stored};
