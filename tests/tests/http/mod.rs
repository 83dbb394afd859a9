//! The service over real HTTP, as a process of its own.

mod admin;
mod airtable;
mod api_keys;
mod availability;
mod bookings;
mod captchas;
mod coordinator;
mod faults;
mod fuzzing;
mod garbage;
mod health;
mod idempotency;
mod identities;
mod issuers;
mod mentors;
mod metrics;
mod otlp;
mod privacy;
mod protections;
mod rate_limits;
mod roles;
mod sessions;
mod sign_in;
mod tags;
mod users;
mod zpages;
