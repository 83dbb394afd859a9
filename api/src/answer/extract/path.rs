//! Parts of the path.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::answer::state::AppState;
use crate::error::ApiError;

/// The `{id}` of a route.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl FromRequestParts<AppState> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Segment(text) = Segment::<String>::from_request_parts(parts, state).await?;
        text.parse().map(Self).map_err(|_| ApiError::invalid("id", "must be a UUID"))
    }
}

/// The variable part of a route, of another type.
#[derive(Debug, Clone, Copy)]
pub struct Segment<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Segment<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => {
                Err(ApiError::invalid("path", "holds something of the wrong form"))
            }
            Err(other) => Err(ApiError::internal(other.to_string())),
        }
    }
}
