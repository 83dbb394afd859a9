//! Token endpoints (RFC 6749 §5): both providers answer alike.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Url};
use serde::Deserialize;

use super::types::Grant;
use crate::call_error::{CallError, CallErrorKind, kind_of};
use crate::http::{Answer, Http};
use crate::secret::Secret;

/// What access tokens of both providers are good for, if the endpoint does not say.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
const LONGEST_LIFE: Duration = Duration::from_secs(86_400);

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_in: Option<u64>,
    scope: Option<String>,
    id_token: Option<String>,
}

/// What an id token says of an account.
#[derive(Default, Deserialize)]
struct Claims {
    email: Option<String>,
    preferred_username: Option<String>,
    sub: Option<String>,
    /// Microsoft's: the tenant, and the account in it. Its `sub` is another for every application.
    tid: Option<String>,
    oid: Option<String>,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
    /// Microsoft's AADSTS numbers.
    #[serde(default)]
    error_codes: Vec<u32>,
}

/// Posts a form to a token endpoint.
pub(super) async fn ask(http: &Http, url: &Url, form: &[(&str, &str)]) -> Result<Grant, CallError> {
    let answer = http.send(http.request(Method::POST, url.clone()).form(form)).await?;
    if answer.status.is_success() { grant(answer.json()?) } else { Err(refusal(&answer)) }
}

fn grant(tokens: Tokens) -> Result<Grant, CallError> {
    let lasts = tokens.expires_in.map_or(USUAL_LIFE, Duration::from_secs);
    if tokens.access_token.is_empty() {
        return Err(CallError::unreadable());
    }
    let claims = tokens.id_token.as_deref().and_then(claims).unwrap_or_default();
    Ok(Grant {
        subject: claims.subject(),
        address: claims.address(),
        access_token: Secret::new(tokens.access_token),
        refresh_token: tokens.refresh_token.filter(|token| !token.is_empty()).map(Secret::new),
        expires_in: lasts.min(LONGEST_LIFE),
        scopes: tokens.scope.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
    })
}

/// What an id token says. Its signature need not be checked: it came from the endpoint itself, over TLS (OpenID Connect
/// Core §3.1.3.7, 6).
fn claims(token: &str) -> Option<Claims> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

impl Claims {
    fn subject(&self) -> Option<String> {
        let of_tenant = self.tid.as_ref().zip(self.oid.as_ref()).map(|(tid, oid)| format!("{tid}/{oid}"));
        of_tenant.or_else(|| self.sub.clone()).filter(|subject| !subject.is_empty())
    }

    fn address(self) -> Option<String> {
        self.email.or(self.preferred_username).filter(|address| !address.is_empty())
    }
}

/// Why an endpoint gives no token.
pub(super) fn refusal(answer: &Answer) -> CallError {
    let refusal: Refusal = answer.json().unwrap_or_default();
    let kind = match refusal.error.as_str() {
        "invalid_grant" | "interaction_required" | "consent_required" | "login_required" => CallErrorKind::Reconnect,
        "temporarily_unavailable" | "server_error" | "rate_limit_exceeded" => {
            CallErrorKind::Retry { after: answer.after }
        }
        _ => match kind_of(answer.status, answer.after) {
            retry @ CallErrorKind::Retry { .. } => retry,
            // 401 is for the client's own credentials here, 404 for an address that is configured wrongly.
            _ => CallErrorKind::Refused,
        },
    };
    let mut error = CallError::answered(kind, answer.status, &refusal.error);
    if let Some(number) = refusal.error_codes.first() {
        error.message.push_str(&format!(" (AADSTS{number})"));
    }
    error
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn refused(status: u16, body: &str) -> CallError {
        let status = StatusCode::from_u16(status).unwrap();
        refusal(&Answer { status, after: Some(Duration::from_secs(9)), body: body.into() })
    }

    fn granted(body: &str) -> Grant {
        grant(serde_json::from_str(body).unwrap()).unwrap()
    }

    fn id_token(claims: &str) -> String {
        format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_first_grant_has_a_refresh_token_and_an_account() {
        let body = r#"{"access_token":"a","expires_in":3599,"token_type":"Bearer","refresh_token":"r",
            "scope":"openid https://www.googleapis.com/auth/calendar.events","id_token":"ID"}"#;
        let grant = granted(&body.replace("ID", &id_token(r#"{"sub":"1","email":"ann@example.org"}"#)));
        assert_eq!(grant.refresh_token.unwrap().reveal(), "r");
        assert_eq!(grant.expires_in, Duration::from_secs(3599));
        assert_eq!(grant.scopes, ["openid", "https://www.googleapis.com/auth/calendar.events"]);
        assert_eq!((grant.subject.as_deref(), grant.address.as_deref()), (Some("1"), Some("ann@example.org")));
    }

    #[test]
    fn an_account_at_microsoft_is_known_by_its_tenant_and_its_number_there() {
        let claims = claims(&id_token(r#"{"sub":"pairwise","oid":"o-1","tid":"t-1"}"#)).unwrap();
        assert_eq!(claims.subject().as_deref(), Some("t-1/o-1"));
        assert_eq!(Claims::default().subject(), None);
    }

    #[test]
    fn a_refresh_may_give_no_new_refresh_token() {
        let grant = granted(r#"{"access_token":"a","expires_in":3599,"token_type":"Bearer"}"#);
        assert!(grant.refresh_token.is_none() && grant.scopes.is_empty() && grant.subject.is_none());
    }

    #[test]
    fn an_account_without_mail_is_known_by_its_user_name() {
        let token = id_token(r#"{"preferred_username":"ann@contoso.example"}"#);
        assert_eq!(claims(&token).unwrap().address().as_deref(), Some("ann@contoso.example"));
        assert!(claims("nonsense").is_none());
    }

    #[test]
    fn a_grant_that_ended_must_be_given_anew() {
        let body = r#"{"error":"invalid_grant","error_description":"Token of ann@example.org has been expired."}"#;
        let error = refused(400, body);
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Reconnect, "400 invalid_grant"));
        assert!(!format!("{error:?}").contains("ann"), "{error:?}");
        for code in ["interaction_required", "consent_required"] {
            let error = refused(400, &format!(r#"{{"error":"{code}","error_codes":[50076]}}"#));
            assert_eq!(error.kind, CallErrorKind::Reconnect);
            assert_eq!(error.message, format!("the provider answered 400 {code} (AADSTS50076)"));
        }
    }

    #[test]
    fn a_client_that_is_not_known_will_never_be() {
        assert_eq!(refused(401, r#"{"error":"invalid_client"}"#).kind, CallErrorKind::Refused);
        assert_eq!(refused(400, r#"{"error":"invalid_request"}"#).kind, CallErrorKind::Refused);
        assert_eq!(refused(404, "<html>").kind, CallErrorKind::Refused);
    }

    #[test]
    fn an_outage_passes() {
        let retry = CallErrorKind::Retry { after: Some(Duration::from_secs(9)) };
        assert_eq!(refused(503, "<html>").kind, retry);
        assert_eq!(refused(429, "").kind, retry);
        assert_eq!(refused(400, r#"{"error":"temporarily_unavailable"}"#).kind, retry);
    }
}
