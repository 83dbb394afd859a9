//! Users' own data: what they say about themselves, and its end.

mod erase;
mod profile;
mod urls;
