//! Clients of the services that Convene calls. This crate knows how to speak to a provider, and knows no database, no
//! rule and no HTTP of our own. Nothing is tried twice here: the caller decides, by the kind of the error.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`calendar`] | the calendars of Google and Microsoft |
//! | [`airtable`] | Airtable's web API, as much of it as a directory of people needs |
//! | [`captcha`] | whether a human asks: Turnstile and hCaptcha |
//! | [`CallError`] | what a call failed with, and what is to be done about it |
//! | [`Secret`] | values that no log may show |
//! | [`outbound`] | HTTP clients that can speak TLS |
//! | `http`, `address` | bounded requests, and where they go |

#![forbid(unsafe_code)]

mod address;
pub mod airtable;
pub mod calendar;
mod call_error;
pub mod captcha;
mod http;
pub mod outbound;
mod secret;

pub use call_error::{CallError, CallErrorKind};
pub use secret::Secret;
