//! What an operator does from the command line.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`migrate`] | brings a database up to date |
//! | [`doctor`] | says what is wrong with an installation |
//! | [`token`] | opens a session |
//! | [`mail`] | lists the mail that waits |
//! | [`rotate_keys`] | seals secrets with a new key |
//! | [`rotate_guests`] | the same for guests |

pub mod doctor;
pub mod mail;
pub mod migrate;
mod rotate_guests;
pub mod rotate_keys;
pub mod token;
