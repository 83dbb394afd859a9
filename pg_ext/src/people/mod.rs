//! Users' own data: what they say about themselves.

mod profile;
mod urls;
