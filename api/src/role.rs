//! What a user is in their organization.

use serde::Serialize;
use strum::VariantArray as _;
use tokio_postgres::types::{FromSql, Type};
use utoipa::ToSchema;

/// What a user is in their organization.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    ToSchema,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    Mentee,
    Mentor,
    Coordinator,
    Admin,
}

impl Role {
    pub const ALL: &[Self] = Self::VARIANTS;

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Coordinators and admins run the organization.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Coordinator | Self::Admin)
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
