//! The form of changes to the policy.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::policy::Policy;

/// Some fields of a policy.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct PolicyChanges(pub Map<String, Value>);

impl PartialSchema for PolicyChanges {
    fn schema() -> RefOr<Schema> {
        let mut schema = Policy::schema();
        if let RefOr::T(Schema::Object(policy)) = &mut schema {
            policy.required.clear();
            policy.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
        schema
    }
}

impl ToSchema for PolicyChanges {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Policy::schemas(schemas);
    }
}
