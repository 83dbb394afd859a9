//! Who sends a request, and who may send it where.
//!
//! A route names its roles beside its path ([`allow`], or [`open`] for everybody). The extractor [`Actor`] identifies
//! the sender and compares the roles; [`Anonymous`] accepts everybody, and [`Push`] what providers send. All apply the route's rate limit. What a user
//! may do to a particular booking is decided in the database.

mod actor;
mod allow;
mod anonymous;
mod cache;
mod identify;
mod jwks;
mod jwt;
mod limit;
mod push;
mod roles;
mod scope;

pub use actor::{Actor, Via};
pub use allow::{allow, allow_in_person, limited, open};
pub use anonymous::{Anonymous, Human};
pub use identify::Authenticator;
pub use push::Push;
pub use roles::{ADMINS, ALL, HOSTS, MENTEES, REQUESTERS, STAFF};
pub use scope::{Resource, Scopes, all as all_scopes};
