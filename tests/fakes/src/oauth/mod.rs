//! What the authorization servers of Google and Microsoft have in common: RFC 6749's code grant with PKCE.
//!
//! - `authorize`: the address a browser is sent to, and what a person answers there
//! - `authority`: codes and tokens, what they are good for and how long
//! - `claims`: tokens that say who somebody is
//! - `handle`: what a test can do with people and their tokens

mod authority;
mod authorize;
mod claims;
mod handle;

pub(crate) use authority::{Access, Authority, Flaw, Grant, Person};
pub use authorize::Consent;
pub(crate) use authorize::{Asked, CLIENT_ID, CLIENT_SECRET};
pub(crate) use claims::id_token;
pub(crate) use handle::oauth_handle;

use std::collections::HashMap;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether a form or its `Authorization: Basic` header names the one client there is, and knows its secret.
pub(crate) fn is_client(form: &HashMap<String, String>, headers: &HeaderMap) -> bool {
    let basic = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    if let Some(basic) = basic {
        return STANDARD.decode(basic).is_ok_and(|pair| pair == format!("{CLIENT_ID}:{CLIENT_SECRET}").into_bytes());
    }
    let field = |name: &str| form.get(name).map(String::as_str);
    field("client_id") == Some(CLIENT_ID) && field("client_secret") == Some(CLIENT_SECRET)
}
