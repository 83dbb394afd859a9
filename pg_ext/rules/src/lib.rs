//! The rules of Convene, and nothing else: data and a clock reading go in, data comes out. No Postgres, no clock, no
//! I/O (but for the system's time zone files, which `zone` reads).
//!
//! | question | module |
//! | --- | --- |
//! | What can be refused, and how is it said? | [`refusal`] |
//! | When is 09:00 in Berlin? | [`zone`] |
//! | On which dates does a block fall? | [`recurrence`] |
//! | Which slots does a window yield? | [`slots`] |
//! | What may a person say about a block? | [`block`] |
//! | What may a person say about themselves? | [`profile`] |
//! | What may a person type elsewhere? | [`request`] |
//! | May this mentee have this slot? | [`booking`] |
//! | What may happen to a booking next? | [`state`] |
//! | How good is someone's standing? | [`reputation`] |
//! | What does that standing allow? | [`tier`] |
//! | Which mentors suit a mentee? | [`matching`] |
//! | What does a record of Airtable say about a person? | [`airtable`] |
//! | When is what failed tried again? | [`backoff`] |
//! | How are ids made? | [`id`] |

#![forbid(unsafe_code)]

pub mod airtable;
pub mod backoff;
pub mod block;
pub mod booking;
mod fields;
pub mod id;
pub mod matching;
pub mod profile;
pub mod recurrence;
pub mod refusal;
pub mod reputation;
pub mod request;
pub mod slots;
pub mod state;
pub mod tier;
pub mod zone;
