//! Refusals as the OpenAPI document describes them.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// Of a route that only reads: 400.
pub struct Invalid;
/// Of a route that signs in: 400 and 401.
pub struct InvalidOrUnknown;
/// Of a route with an id: 400 and 404.
pub struct InvalidOrAbsent;
/// Of a route that changes something: 400, 404 and 409.
pub struct Refusals;

const BAD: (&str, &str) = ("400", "Something in the request has the wrong form or range");
const ABSENT: (&str, &str) = ("404", "There is no such thing in the sender's organization");
const CONFLICT: (&str, &str) = ("409", "The state of things, or a rule, stands against it; `code` says which");

impl IntoResponses for Invalid {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        describe(&[BAD])
    }
}

impl IntoResponses for InvalidOrUnknown {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        describe(&[BAD, ("401", "This signs nobody in")])
    }
}

impl IntoResponses for InvalidOrAbsent {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        describe(&[BAD, ABSENT])
    }
}

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        describe(&[BAD, ABSENT, CONFLICT])
    }
}

fn describe(answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let error = |meaning: &str| {
        let body = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody")))).build();
        RefOr::T(ResponseBuilder::new().description(meaning).content("application/json", body).build())
    };
    answers.iter().map(|(status, meaning)| ((*status).to_owned(), error(meaning))).collect()
}
