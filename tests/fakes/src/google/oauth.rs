//! `/o/oauth2/v2/auth`, `/token` and `/revoke`.

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde_json::{Value, json};

use super::Google;
use crate::oauth::{Access, Asked, CLIENT_ID, Flaw, Person, id_token, is_client};

type Fields = HashMap<String, String>;

/// An OAuth error (RFC 6749, 5.2).
pub(super) struct Error(StatusCode, &'static str, &'static str);

const REVOKED: Error = Error(StatusCode::BAD_REQUEST, "invalid_grant", "Token has been expired or revoked.");

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self(status, error, description) = self;
        (status, Json(json!({ "error": error, "error_description": description }))).into_response()
    }
}

/// The consent page: whom `login_hint` names consents to everything at once.
pub(super) async fn authorize(
    State(google): State<Google>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, (StatusCode, String)> {
    let refused = |words: &str| (StatusCode::BAD_REQUEST, format!("Error 400: invalid_request: {words}"));
    let asked = Asked::parse(&query.unwrap_or_default()).map_err(|words| refused(&words))?;
    let account = asked.login_hint.clone().ok_or_else(|| refused("login_hint is missing, and nobody sits here"))?;
    if !google.state().accounts.contains_key(&account) {
        return Err(refused("there is no such account"));
    }
    let (redirect_uri, scopes) = (asked.redirect_uri.clone(), asked.scopes.clone());
    Ok(Redirect::to(&google.consent_as(asked, &account, scopes).redirect(&redirect_uri)))
}

pub(super) async fn token(
    State(google): State<Google>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Result<Json<Value>, Error> {
    if !is_client(&form, &headers) {
        return Err(Error(StatusCode::UNAUTHORIZED, "invalid_client", "The provided client secret is invalid."));
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let now = google.core().now();
    let mut state = google.state();
    match field("grant_type") {
        "authorization_code" => {
            let redeemed = state.authority.redeem(field("code"), field("redirect_uri"), field("code_verifier"), now);
            let (access, refresh) = redeemed.map_err(|flaw| match flaw {
                Flaw::Spent => Error(StatusCode::BAD_REQUEST, "invalid_grant", "Malformed auth code."),
                Flaw::RedirectDiffers => Error(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", "Bad Request"),
                Flaw::WrongVerifier => Error(StatusCode::BAD_REQUEST, "invalid_grant", "Invalid code verifier."),
            })?;
            Ok(Json(answer(&access, refresh.as_ref(), state.authority.person(&access.grant.account))))
        }
        // No new refresh token: the caller keeps the one it has.
        "refresh_token" => {
            let access = state.authority.refresh(field("refresh_token"), now).map_err(|_| REVOKED)?;
            Ok(Json(answer(&access, None, state.authority.person(&access.grant.account))))
        }
        _ => Err(Error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Invalid grant_type")),
    }
}

pub(super) async fn revoke(State(google): State<Google>, Form(form): Form<Fields>) -> Result<Json<Value>, Error> {
    let token = form.get("token").map_or("", String::as_str);
    let mut state = google.state();
    let owner = state.authority.owner_of(token).map(str::to_owned);
    let owner = owner.ok_or(Error(StatusCode::BAD_REQUEST, "invalid_token", "Token expired or revoked"))?;
    state.authority.revoke(&owner);
    Ok(Json(json!({})))
}

fn answer(access: &Access, refresh: Option<&String>, person: &Person) -> Value {
    let grant = &access.grant;
    let mut answer = json!({
        "access_token": access.token,
        "expires_in": access.lifetime.as_secs(),
        "token_type": "Bearer",
        "scope": grant.scopes.join(" "),
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = json!(refresh);
    }
    if grant.scopes.iter().any(|scope| scope == "openid") {
        answer["id_token"] = json!(id_token(&json!({
            "iss": "https://accounts.google.com",
            "aud": CLIENT_ID,
            "sub": (person.subject.as_u128() % 10_u128.pow(21)).to_string(),
            "email": person.address,
            "email_verified": true,
        })));
    }
    answer
}
