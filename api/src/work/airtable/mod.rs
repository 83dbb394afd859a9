//! Directories in Airtable, read in the background.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`sync`] | lists records, follows changes |
//! | `webhook` | has Airtable collect changes, and tell us that there are some |

pub mod sync;
mod webhook;
