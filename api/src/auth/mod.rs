//! Who sends a request, and who may send it where.
//!
//! A route names its roles beside its path ([`allow`]); the extractor [`Actor`] identifies the sender and compares.
//! What somebody may do to a particular booking is the database's decision, not made here.

mod actor;
mod allow;
mod cache;
mod identify;
mod jwt;
mod role;

pub use actor::Actor;
pub use allow::{ROLES_EXTENSION, allow};
pub use identify::Authenticator;
pub use role::{ALL, HOSTS, MENTEES, PARTICIPANTS, REQUESTERS, Role, STAFF};

/// What session tokens begin with; a JWT never does.
pub const SESSION_TOKEN_PREFIX: &str = "cvs_";
