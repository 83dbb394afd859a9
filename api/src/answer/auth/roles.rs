//! The groups of roles that routes are open to.

use crate::role::Role;

/// Everybody who is signed in.
pub const ALL: &[Role] = Role::ALL;
/// Those who book.
pub const MENTEES: &[Role] = &[Role::Mentee];
/// Those who offer time, and staff, who can do it for them.
pub const HOSTS: &[Role] = &[Role::Mentor, Role::Coordinator, Role::Admin];
/// Those who ask for exceptions, and those who decide on them.
pub const REQUESTERS: &[Role] = &[Role::Mentee, Role::Coordinator, Role::Admin];
/// Those who administer an organization.
pub const ADMINS: &[Role] = &[Role::Admin];
/// Those who run an organization.
pub const STAFF: &[Role] = &[Role::Coordinator, Role::Admin];
