//! Email addresses in bodies.

use convene_rules::email;
use serde::{Deserialize, Deserializer, de};
use serde_json::json;
use utoipa::openapi::schema::{self, ObjectBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Text that has the form of an address, as the rules have it.
pub struct EmailAddress(pub String);

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if email::is_address(&text) { Ok(Self(text)) } else { Err(de::Error::custom("must be an email address")) }
    }
}

impl PartialSchema for EmailAddress {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(schema::Type::String)
            .pattern(Some(r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$"))
            .max_length(Some(email::LONGEST))
            .examples([json!("mentee1@demo.test")])
            .into()
    }
}

impl ToSchema for EmailAddress {}
