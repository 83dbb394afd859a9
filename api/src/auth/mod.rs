//! Who sends a request, and who may send it where.
//!
//! A route names its roles beside its path ([`allow`], or [`open`] for everybody); the extractor [`Actor`] identifies the
//! sender and compares, [`Guest`] takes everybody. Both hold the sender to the route's rate limit.
//! What somebody may do to a particular booking is the database's decision, not made here.

mod actor;
mod allow;
mod cache;
mod guest;
mod identify;
mod jwks;
mod jwt;
mod limit;
mod role;
mod scope;
mod secret;

pub use actor::{Actor, Via};
pub use allow::{ROLES_EXTENSION, allow, limited, open};
pub use guest::{Guest, Human};
pub use identify::Authenticator;
pub use limit::TrustedKeys;
pub use role::{ADMINS, ALL, HOSTS, MENTEES, PARTICIPANTS, REQUESTERS, Role, STAFF};
pub use scope::{Resource, Scopes, all as all_scopes};
pub use secret::{TokenHash, fresh, hash};

/// What session tokens begin with; a JWT never does.
pub const SESSION_TOKEN_PREFIX: &str = "cvs_";
/// What API keys begin with.
pub const API_KEY_PREFIX: &str = "cvk_";
/// What tokens in sign-in links begin with.
pub const LINK_TOKEN_PREFIX: &str = "cvl_";
