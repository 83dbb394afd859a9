//! Roles declared beside a route.

use axum::Extension;
use axum::routing::MethodRouter;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, Schema};

use super::Role;

/// The member of an operation in the OpenAPI document that lists its roles.
pub const ROLES_EXTENSION: &str = "x-roles";

/// The roles that the matched route is open to; put there by [`allow`], read by [`super::Actor`].
#[derive(Debug, Clone, Copy)]
pub struct Allowed(pub &'static [Role]);

/// What `utoipa_axum::routes!` yields: schemas, documented paths, and the handlers.
type Routes<S> = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<S>);

/// Opens `routes` to `roles` and to nobody else, and says so in the OpenAPI document.
pub fn allow<S: Clone + Send + Sync + 'static>(roles: &'static [Role], routes: Routes<S>) -> Routes<S> {
    let (schemas, mut paths, handlers) = routes;
    for item in paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(|operation| document(operation, roles));
    }
    (schemas, paths, handlers.route_layer(Extension(Allowed(roles))))
}

/// What every operation with roles may answer.
const ANSWERS: &[(&str, &str)] = &[
    ("401", "Nobody is signed in with that token"),
    ("403", "The sender's role, or a rule, does not allow it"),
    ("500", "A fault of the service"),
    ("503", "The database is not there, or too busy; try again"),
];

fn document(operation: &mut Operation, roles: &'static [Role]) {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    let line = format!("Open to: {}.", names.join(", "));
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{line}"),
        _ => line,
    });
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = "Done".to_owned();
        }
    }
    operation.extensions = Some(ExtensionsBuilder::new().add(ROLES_EXTENSION, names).build());
    operation.security = Some(vec![
        SecurityRequirement::new::<_, _, &str>("session", []),
        SecurityRequirement::new::<_, _, &str>("jwt", []),
    ]);
    let of_bodies: &[(&str, &str)] = match operation.request_body {
        Some(_) => &[("413", "The body is too large"), ("415", "The body is not application/json")],
        None => &[],
    };
    for (status, meaning) in ANSWERS.iter().chain(of_bodies).copied() {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(error_response(meaning)));
    }
}

fn error_response(meaning: &str) -> utoipa::openapi::Response {
    let body = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody")))).build();
    ResponseBuilder::new().description(meaning).content("application/json", body).build()
}
