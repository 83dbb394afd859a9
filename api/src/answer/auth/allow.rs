//! Roles, scopes and rate limits declared beside a route.

use axum::Extension;
use axum::routing::MethodRouter;
use http::Method;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder, Schema};

use super::Resource;
use crate::answer::rate_limit::Preset;
use crate::role::Role;

/// The member of an operation in the OpenAPI document that lists its roles.
const ROLES_EXTENSION: &str = "x-roles";

/// The member that names the scope an API key needs.
const SCOPE_EXTENSION: &str = "x-scope";

/// Who may call the matched route; set by [`allow`], read by [`super::Actor`].
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    pub roles: &'static [Role],
    /// The resource that an API key must have a scope for. `None`: no API key may call the route.
    pub resource: Option<Resource>,
}

/// What `utoipa_axum::routes!` yields: schemas, documented paths, and the handlers.
type Routes<S> = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<S>);

/// Opens `routes` to `roles` and to nobody else, and says so in the OpenAPI document. API keys need the scope of the
/// operation's tag.
pub fn allow<S: Clone + Send + Sync + 'static>(roles: &'static [Role], routes: Routes<S>) -> Routes<S> {
    allow_with(roles, Resource::of_tag, routes)
}

/// The same, to people who are signed in, and to no API key whatever its scopes: for what somebody must have agreed to
/// themselves.
pub fn allow_in_person<S: Clone + Send + Sync + 'static>(roles: &'static [Role], routes: Routes<S>) -> Routes<S> {
    allow_with(roles, |_| None, routes)
}

fn allow_with<S: Clone + Send + Sync + 'static>(
    roles: &'static [Role],
    resource_of: fn(&str) -> Option<Resource>,
    routes: Routes<S>,
) -> Routes<S> {
    let (schemas, mut paths, handlers) = routes;
    let mut resource = None;
    for (method, operation) in operations(&mut paths) {
        resource = operation.tags.iter().flatten().find_map(|tag| resource_of(tag));
        document_sender(operation, roles, resource.map(|resource| resource.scope(&method)));
        document_answers(operation, SIGNED_IN);
        document_answers(operation, ANY);
        document_optional_body(operation);
        if method == Method::GET {
            document_not_modified(operation);
        }
    }
    (schemas, paths, handlers.route_layer(Extension(Allowed { roles, resource })))
}

/// Opens `routes` to everybody, signed in or not, within a rate limit for each address.
pub fn open<S: Clone + Send + Sync + 'static>(preset: Preset, routes: Routes<S>) -> Routes<S> {
    let (schemas, mut paths, handlers) = routes;
    for (_, operation) in operations(&mut paths) {
        document_answers(operation, ANY);
    }
    limited(preset, (schemas, paths, handlers))
}

/// Counts requests to `routes` against a rate limit other than the usual one.
pub fn limited<S: Clone + Send + Sync + 'static>(preset: Preset, routes: Routes<S>) -> Routes<S> {
    let (schemas, paths, handlers) = routes;
    (schemas, paths, handlers.route_layer(Extension(preset)))
}

fn operations(paths: &mut Paths) -> impl Iterator<Item = (Method, &mut Operation)> {
    paths.paths.values_mut().flat_map(|item| {
        [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ]
        .into_iter()
        .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
    })
}

/// What every operation with roles may answer.
const SIGNED_IN: &[(&str, &str)] = &[
    ("401", "Nobody is signed in with that token"),
    ("403", "The sender's role, the key's scopes, or a rule does not allow it"),
];
/// What every operation may answer.
const ANY: &[(&str, &str)] = &[
    ("400", "A parameter is not known here, or the request has not the form it must have"),
    ("429", "Too many requests; `Retry-After` says for how many seconds to wait"),
    ("500", "A fault of the service"),
    ("503", "The database is not there, or too busy; try again"),
];
const WITH_BODY: &[(&str, &str)] = &[
    ("408", "The body did not arrive in time"),
    ("413", "The body is too large"),
    ("415", "The body is not application/json, or compressed"),
];

fn document_sender(operation: &mut Operation, roles: &'static [Role], scope: Option<String>) {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    let scopes = scope.as_ref().map_or("No API key will do.".to_owned(), |scope| format!("API keys need `{scope}`."));
    let line = format!("Open to: {}. {scopes}", names.join(", "));
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{line}"),
        _ => line,
    });
    operation.extensions =
        Some(ExtensionsBuilder::new().add(ROLES_EXTENSION, names).add(SCOPE_EXTENSION, scope.clone()).build());
    let mut security = vec!["session", "jwt"];
    if scope.is_some() {
        security.push("api_key");
    }
    operation.security =
        Some(security.into_iter().map(|name| SecurityRequirement::new::<_, _, &str>(name, [])).collect());
}

fn document_answers(operation: &mut Operation, answers: &[(&str, &str)]) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = "Done".to_owned();
        }
    }
    let of_bodies = if operation.request_body.is_some() { WITH_BODY } else { &[] };
    for (status, meaning) in answers.iter().chain(of_bodies).copied() {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(error_response(meaning)));
    }
}

/// A body that may be absent. That it may also be null helps nobody, and generators of clients then make worse ones.
fn document_optional_body(operation: &mut Operation) {
    let Some(body) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        if let Some(RefOr::T(Schema::OneOf(choices))) = &content.schema
            && let [_, RefOr::Ref(wanted)] = choices.items.as_slice()
        {
            content.schema = Some(RefOr::Ref(wanted.clone()));
        }
    }
}

fn document_not_modified(operation: &mut Operation) {
    let answer = ResponseBuilder::new().description("`If-None-Match` names what this would answer").build();
    operation.responses.responses.insert("304".to_owned(), RefOr::T(answer));
}

fn error_response(meaning: &str) -> utoipa::openapi::Response {
    let body = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody")))).build();
    ResponseBuilder::new().description(meaning).content("application/json", body).build()
}
