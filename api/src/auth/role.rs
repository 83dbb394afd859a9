//! The four roles, and the groups of them that routes are open to.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use tokio_postgres::types::{FromSql, Type};
use utoipa::ToSchema;

/// What a user is in their organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Mentee,
    Mentor,
    Coordinator,
    Admin,
}

/// Everybody who is signed in.
pub const ALL: &[Role] = &[Role::Mentee, Role::Mentor, Role::Coordinator, Role::Admin];
/// Those who book.
pub const MENTEES: &[Role] = &[Role::Mentee];
/// Those who meet.
pub const PARTICIPANTS: &[Role] = &[Role::Mentee, Role::Mentor];
/// Those who offer time, and those who look after it for them.
pub const HOSTS: &[Role] = &[Role::Mentor, Role::Coordinator, Role::Admin];
/// Those who ask for exceptions, and those who decide on them.
pub const REQUESTERS: &[Role] = &[Role::Mentee, Role::Coordinator, Role::Admin];
/// Those who answer for an organization's people.
pub const ADMINS: &[Role] = &[Role::Admin];
/// Those who run an organization.
pub const STAFF: &[Role] = &[Role::Coordinator, Role::Admin];

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Self::Mentee => "mentee",
            Self::Mentor => "mentor",
            Self::Coordinator => "coordinator",
            Self::Admin => "admin",
        }
    }

    /// Whether this is one of those who run the organization.
    pub fn is_staff(self) -> bool {
        STAFF.contains(&self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ALL.iter().copied().find(|role| role.name() == text).ok_or_else(|| format!("unknown role {text:?}"))
    }
}

/// Roles are `text` in the database.
impl<'a> FromSql<'a> for Role {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(<&str>::from_sql(kind, raw)?.parse::<Self>()?)
    }

    fn accepts(kind: &Type) -> bool {
        <&str as FromSql>::accepts(kind)
    }
}
