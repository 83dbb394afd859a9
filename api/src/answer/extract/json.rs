//! JSON bodies.

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::value::{self, Strict};
use super::wrong::{self, Problem};
use crate::answer::http::RawBody;
use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};

/// A body that must be there. Refuses with `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`, or `VALIDATION_ERROR` with the
/// path of every field that is wrong.
pub struct Json<T>(pub T);

/// A body that may be absent, empty or null, which all mean `{}`.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + ToSchema> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(Rejection::UnsupportedMediaType.into());
        }
        let RawBody(body) = RawBody::from_request(request, state).await?;
        read(&body).map(Self)
    }
}

impl<T: DeserializeOwned + ToSchema> FromRequest<AppState> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let json = is_json(request.headers());
        let RawBody(body) = RawBody::from_request(request, state).await?;
        match (body.trim_ascii(), json) {
            (b"", _) | (b"null", true) => read(b"{}").map(Self),
            (_, true) => read(&body).map(Self),
            (_, false) => Err(Rejection::UnsupportedMediaType.into()),
        }
    }
}

/// Whether the content type is `application/json`, with any parameters.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// A struct from JSON text. Refuses with `INVALID_JSON`, or `VALIDATION_ERROR` with the path of every field that is
/// wrong.
pub fn read<T: DeserializeOwned + ToSchema>(text: &[u8]) -> Result<T, ApiError> {
    let invalid = |problem: serde_json::Error| ApiError::from(Rejection::InvalidJson { problem: problem.to_string() });
    let (value, repeated) = value::parse(text).map_err(invalid)?;
    let repeated: Vec<_> =
        repeated.into_iter().map(|field| Problem { field, problem: wrong::TWICE.to_owned() }).collect();
    match serde_path_to_error::deserialize(Strict(&value)) {
        Ok(read) if repeated.is_empty() => Ok(read),
        Ok(_) => Err(wrong::refusal(repeated)),
        Err(first) => Err(wrong::refusal(repeated.into_iter().chain(wrong::in_body::<T>(&value, &first)))),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sample {
        inner: Vec<u8>,
        #[serde(default)]
        parts: Vec<Part>,
        other: Option<i32>,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Part {
        id: uuid::Uuid,
        name: String,
    }

    fn refusal(body: &[u8]) -> ApiError {
        read::<Sample>(body).unwrap_err()
    }

    fn fields(body: &str) -> serde_json::Value {
        refusal(body.as_bytes()).details()["fields"].clone()
    }

    #[test]
    fn a_wrong_value_is_named_by_its_path() {
        let error = refusal(br#"{"inner": [1, "two"]}"#);
        assert_eq!(error.code(), "VALIDATION_ERROR");
        assert_eq!(error.details()["field"], "inner[1]");
        assert!(!error.to_string().contains("line"), "{}", error.to_string());
    }

    #[test]
    fn unknown_and_missing_fields_are_named() {
        assert_eq!(refusal(br#"{"inner": [], "outer": 1}"#).to_string(), "outer is not known here");
        assert_eq!(refusal(b"{}").to_string(), "inner must be given");
    }

    #[test]
    fn every_wrong_field_is_listed_at_every_depth() {
        let body = r#"{"parts": [{"id": "7", "nome": "x"}, {"id": 7, "name": null}, []], "other": "x", "some": 1}"#;
        assert_eq!(
            fields(body),
            json!({
                "inner": ["must be given"],
                "other": ["must be a whole number"],
                "parts[0].id": ["must be a UUID"],
                "parts[0].name": ["must be given"],
                "parts[0].nome": ["is not known here"],
                "parts[1].id": ["must be a UUID"],
                "parts[1].name": ["must be a string"],
                "parts[2]": ["must be an object"],
                "some": ["is not known here"],
            })
        );
    }

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for (body, field) in [("[[1]]", "body"), (r#"{"inner": [], "parts": [["id", "name"]]}"#, "parts[0]")] {
            assert_eq!(fields(body), json!({ (field): ["must be an object"] }));
        }
        assert_eq!(fields("7"), json!({ "body": ["must be an object"] }));
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_by_name() {
        assert_eq!(fields(r#"{"inner": [], "inner": []}"#), json!({ "inner": ["is given twice"] }));
    }

    #[test]
    fn there_is_an_end_to_what_is_listed() {
        let many: Vec<String> = (0..1000).map(|n| format!("\"wrong{n}\": 1")).collect();
        let listed = fields(&format!("{{{}}}", many.join(",")));
        assert_eq!(listed.as_object().unwrap().len(), wrong::MOST);
    }

    #[test]
    fn what_is_not_json_is_called_so() {
        for body in [&b""[..], b"{", b"\xff\xfe", b"{\"inner\": []} x", br#"{"inner": [1,]}"#] {
            assert_eq!(refusal(body).code(), "INVALID_JSON", "{body:?}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(refusal(format!("{{\"inner\": {deep}").as_bytes()).status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn the_media_type_may_carry_parameters() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("Application/JSON; charset=utf-8"));
        assert!(is_json(&headers));
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
        assert!(!is_json(&headers));
    }
}
