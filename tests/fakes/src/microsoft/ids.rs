//! Ids of events. By default Graph's change when an item moves to another calendar; who sends
//! `Prefer: IdType="ImmutableId"` is told others, which do not.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Microsoft;

/// Which of them a caller is told. Either is understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ids {
    Default,
    Immutable,
}

impl FromRequestParts<Microsoft> for Ids {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Microsoft) -> Result<Self, Infallible> {
        let preferred = parts.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let is_asked = |value: &str| value.split(',').any(|it| it.trim() == r#"IdType="ImmutableId""#);
        Ok(if preferred.into_iter().any(is_asked) { Self::Immutable } else { Self::Default })
    }
}
