//! Users' own data: what they say about themselves, and its end; and what they leave behind.

mod admins;
mod change;
mod email;
mod erase;
mod forms;
mod leave;
mod profile;
mod urls;

pub use leave::leave;
