//! The OpenAPI document, and pages that show it. Anybody may fetch them, and they are large: each file is compressed
//! once, and not for every request.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, header};
use utoipa_swagger_ui::Config;

use crate::answer::state::AppState;
use crate::error::{ApiError, Rejection};

/// `/openapi.json` with that text, and `/docs`.
pub fn routes(document: &str) -> Router<AppState> {
    let document = File::new(document.as_bytes(), "application/json").map(Arc::new);
    let pages = Pages(Arc::new(Inner { config: Arc::new(Config::new(["/openapi.json"])), files: Mutex::default() }));
    let index = pages.clone();
    Router::new()
        .route(
            "/openapi.json",
            get(async move |headers: HeaderMap| document.clone().map(|document| document.answer(&headers))),
        )
        .route("/docs", get(async || Redirect::to("/docs/")))
        .route("/docs/", get(async move |headers: HeaderMap| index.answer("", &headers)))
        .route(
            "/docs/{*file}",
            get(async move |Path(file): Path<String>, headers: HeaderMap| pages.answer(&file, &headers)),
        )
}

#[derive(Clone)]
struct Pages(Arc<Inner>);

struct Inner {
    config: Arc<Config<'static>>,
    /// Those that were asked for.
    files: Mutex<HashMap<String, Arc<File>>>,
}

impl Pages {
    fn answer(&self, name: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
        self.file(name).map(|file| file.answer(headers))
    }

    fn file(&self, name: &str) -> Result<Arc<File>, ApiError> {
        // The lock is held meanwhile, so that nothing is compressed twice at once.
        let mut files = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(name) {
            return Ok(Arc::clone(file));
        }
        let found = utoipa_swagger_ui::serve(name, Arc::clone(&self.0.config));
        let found = found.map_err(|error| ApiError::internal(error.to_string()))?.ok_or(Rejection::RouteNotFound)?;
        let file = Arc::new(File::new(&found.bytes, &found.content_type)?);
        files.insert(name.to_owned(), Arc::clone(&file));
        Ok(file)
    }
}

/// A file that does not change while the service runs.
struct File {
    content_type: HeaderValue,
    plain: Bytes,
    packed: Bytes,
}

impl File {
    fn new(bytes: &[u8], content_type: &str) -> Result<Self, ApiError> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
        Ok(Self {
            content_type: HeaderValue::from_str(content_type).map_err(|error| ApiError::internal(error.to_string()))?,
            plain: Bytes::copy_from_slice(bytes),
            packed: packed.map_err(|error| ApiError::internal(error.to_string()))?.into(),
        })
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let described = [
            (header::CONTENT_TYPE, self.content_type.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if takes_gzip(headers) {
            let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            return (described, encoding, self.packed.clone()).into_response();
        }
        (described, self.plain.clone()).into_response()
    }
}

/// Whether the client says that it can read gzip.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_take_it() {
        for (accepted, takes) in
            [("gzip", true), ("br, GZIP;q=0.5", true), ("gzip;q=0", false), ("identity", false), ("", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            assert_eq!(takes_gzip(&headers), takes, "{accepted}");
        }
    }
}
