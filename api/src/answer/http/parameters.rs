//! Query parameters where none are taken.
//!
//! Routes with parameters refuse those that they do not know (`extract::Query`). This does it for all others, so that a
//! misspelt or misplaced filter never goes unnoticed. The OpenAPI document says which routes take any.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, ParameterIn};

use crate::answer::extract::refuse_parameters;

/// The operations that take query parameters: path template and method.
#[derive(Debug, Clone)]
pub struct Parameterized(Arc<HashSet<(String, Method)>>);

impl Parameterized {
    pub fn of(document: &OpenApi) -> Self {
        let takes_any = |operation: &Operation| {
            operation.parameters.iter().flatten().any(|parameter| parameter.parameter_in == ParameterIn::Query)
        };
        let mut found = HashSet::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ] {
                if operation.as_ref().is_some_and(takes_any) {
                    found.insert((path.clone(), method));
                }
            }
        }
        Self(Arc::new(found))
    }

    fn takes_any(&self, path: &str, method: &Method) -> bool {
        // Whatever answers GET answers HEAD.
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.0.contains(&(path.to_owned(), method))
    }
}

/// Refuses query parameters, by name, with `VALIDATION_ERROR` where the operation takes none.
pub async fn refuse_unknown_parameters(
    State(parameterized): State<Parameterized>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    match request.uri().query() {
        Some(query) if !parameterized.takes_any(path.as_str(), request.method()) => match refuse_parameters(query) {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        },
        _ => next.run(request).await,
    }
}
