//! `/{tenant}/oauth2/v2.0/authorize` and `token`

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Microsoft;
use crate::oauth::{Access, Asked, CLIENT_ID, Flaw, Person, id_token, is_client};

type Fields = HashMap<String, String>;

/// The tenant of all personal accounts.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const ORGANIZATION: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/// An error of the token endpoint: its number is what `AADSTS` comes before.
pub(super) struct Error(StatusCode, &'static str, u32, &'static str);

impl Error {
    fn invalid_grant(number: u32, words: &'static str) -> Self {
        Self(StatusCode::BAD_REQUEST, "invalid_grant", number, words)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self(status, error, number, words) = self;
        let body = json!({
            "error": error,
            "error_description": format!("AADSTS{number}: {words}"),
            "error_codes": [number],
            "timestamp": Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
            "trace_id": Uuid::new_v4(),
            "correlation_id": Uuid::new_v4(),
        });
        (status, Json(body)).into_response()
    }
}

/// The login page: whom `login_hint` names consents to everything at once.
pub(super) async fn authorize(
    State(microsoft): State<Microsoft>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, (StatusCode, String)> {
    let refused = |words: &str| (StatusCode::BAD_REQUEST, format!("AADSTS900144: {words}"));
    let asked = Asked::parse(&query.unwrap_or_default()).map_err(|words| refused(&words))?;
    let account = asked.login_hint.clone().ok_or_else(|| refused("login_hint is missing, and nobody sits here"))?;
    if !microsoft.state().mailboxes.contains_key(&account) {
        return Err(refused("there is no such account"));
    }
    let (redirect_uri, scopes) = (asked.redirect_uri.clone(), asked.scopes.clone());
    Ok(Redirect::to(&microsoft.consent_as(asked, &account, scopes).redirect(&redirect_uri)))
}

pub(super) async fn token(
    State(microsoft): State<Microsoft>,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Result<Json<Value>, Error> {
    if !is_client(&form, &headers) {
        let words = "Invalid client secret provided.";
        return Err(Error(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215, words));
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let now = microsoft.core().now();
    let mut state = microsoft.state();
    let (access, refresh) = match field("grant_type") {
        "authorization_code" => {
            let redeemed = state.authority.redeem(field("code"), field("redirect_uri"), field("code_verifier"), now);
            redeemed.map_err(|flaw| match flaw {
                Flaw::Spent => Error::invalid_grant(54005, "The code was redeemed already, or has expired."),
                Flaw::RedirectDiffers => Error::invalid_grant(500_112, "The reply address does not match."),
                Flaw::WrongVerifier => Error::invalid_grant(50148, "The code_verifier does not match."),
            })?
        }
        "refresh_token" => {
            let token = field("refresh_token");
            if state.authority.owner_of(token).is_some_and(|account| state.to_interact.contains(account)) {
                let words = "You must use multi-factor authentication.";
                return Err(Error(StatusCode::BAD_REQUEST, "interaction_required", 50076, words));
            }
            let revoked = |_| Error::invalid_grant(50173, "The provided grant has expired due to it being revoked.");
            let access = state.authority.refresh(token, now).map_err(revoked)?;
            // A new one each time; the old one is not revoked by its use.
            let refresh = state.authority.mint_refresh(&access.grant);
            (access, Some(refresh))
        }
        _ => return Err(Error(StatusCode::BAD_REQUEST, "unsupported_grant_type", 70003, "The grant type is unknown.")),
    };
    let is_personal = state.mailboxes[&access.grant.account].is_personal;
    let tenant = if is_personal { PERSONAL } else { ORGANIZATION };
    Ok(Json(answer(&access, refresh.as_ref(), tenant, state.authority.person(&access.grant.account))))
}

fn answer(access: &Access, refresh: Option<&String>, tenant: &str, person: &Person) -> Value {
    let grant = &access.grant;
    // `offline_access` is granted by the refresh token, and not told again.
    let scopes: Vec<_> = grant.scopes.iter().map(String::as_str).filter(|scope| *scope != "offline_access").collect();
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": scopes.join(" "),
        "expires_in": access.lifetime.as_secs(),
        "ext_expires_in": access.lifetime.as_secs(),
        "access_token": access.token,
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = json!(refresh);
    }
    if scopes.contains(&"openid") {
        let mut claims = json!({
            "iss": format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            "aud": CLIENT_ID,
            // Another for every application.
            "sub": format!("of-{CLIENT_ID}-{}", person.subject.simple()),
            "tid": tenant,
            "email": person.address,
        });
        if scopes.contains(&"profile") {
            claims["oid"] = json!(person.subject);
            claims["preferred_username"] = json!(person.address);
        }
        answer["id_token"] = json!(id_token(&claims));
    }
    answer
}
