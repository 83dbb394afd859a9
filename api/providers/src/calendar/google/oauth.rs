//! Consent and tokens.

use reqwest::Method;

use super::Google;
use crate::address::with_query;
use crate::calendar::tokens;
use crate::calendar::types::Grant;
use crate::call_error::CallError;
use crate::http::Answer;

/// The least that is needed: which calendars there are, when they are busy, and events.
const NEEDED: [&str; 3] = [
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.freebusy",
    "https://www.googleapis.com/auth/calendar.events",
];
/// Holds all of them. Who granted it to an earlier version of an application may keep it.
const EVERYTHING: &str = "https://www.googleapis.com/auth/calendar";

impl Google {
    pub fn authorize_url(&self, state: &str, challenge: &str) -> String {
        let registration = &self.config.registration;
        let scopes = format!("openid email {}", NEEDED.join(" "));
        let parameters = [
            ("client_id", registration.client_id.as_str()),
            ("redirect_uri", &registration.redirect_url),
            ("response_type", "code"),
            ("scope", &scopes),
            ("state", state),
            ("access_type", "offline"),
            // Without it, Google sends no refresh token to a user who has consented before.
            ("prompt", "consent"),
            ("include_granted_scopes", "true"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ];
        with_query(self.config.authorize_url.clone(), &parameters).into()
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<Grant, CallError> {
        let registration = &self.config.registration;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &registration.client_id),
            ("client_secret", registration.client_secret.reveal()),
            ("redirect_uri", &registration.redirect_url),
            ("code_verifier", verifier),
        ];
        tokens::ask(&self.http, &self.config.token_url, &form).await
    }

    pub async fn refresh(&self, refresh_token: &str) -> Result<Grant, CallError> {
        let registration = &self.config.registration;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", &registration.client_id),
            ("client_secret", registration.client_secret.reveal()),
        ];
        tokens::ask(&self.http, &self.config.token_url, &form).await
    }

    /// A token that is no longer valid counts as revoked.
    pub async fn revoke(&self, refresh_token: &str) -> Result<(), CallError> {
        let request = self.http.request(Method::POST, self.config.revoke_url.clone()).form(&[("token", refresh_token)]);
        let answer = self.http.send(request).await?;
        if answer.status.is_success() || is_revoked(&answer) { Ok(()) } else { Err(tokens::refusal(&answer)) }
    }

    pub fn missing_scopes(granted: &[String]) -> Vec<&'static str> {
        let is_granted = |scope: &str| granted.iter().any(|one| one == scope || one == EVERYTHING);
        NEEDED.into_iter().filter(|scope| !is_granted(scope)).collect()
    }
}

fn is_revoked(answer: &Answer) -> bool {
    #[derive(serde::Deserialize)]
    struct Refusal {
        error: String,
    }
    answer.status == 400 && answer.json::<Refusal>().is_ok_and(|refusal| refusal.error == "invalid_token")
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;
    use crate::calendar::{GoogleConfig, Registration};
    use crate::secret::Secret;

    fn google() -> Google {
        let url = |text: &str| Url::parse(text).unwrap();
        Google::new(GoogleConfig {
            registration: Registration {
                client_id: "id-1".to_owned(),
                client_secret: Secret::new("hunter2".to_owned()),
                redirect_url: "https://app.test/back/google".to_owned(),
            },
            authorize_url: url("https://accounts.google.com/o/oauth2/v2/auth"),
            token_url: url("https://oauth2.googleapis.com/token"),
            revoke_url: url("https://oauth2.googleapis.com/revoke"),
            calendar_url: url("https://www.googleapis.com/calendar/v3"),
        })
    }

    #[test]
    fn consent_is_asked_for_offline_access_with_a_proof_key() {
        let url = Url::parse(&google().authorize_url("st&te", "chall-enge")).unwrap();
        let given = |name: &str| url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
        assert!(url.as_str().starts_with("https://accounts.google.com/o/oauth2/v2/auth?"));
        assert_eq!(given("state"), "st&te");
        assert_eq!((given("code_challenge").as_str(), given("code_challenge_method").as_str()), ("chall-enge", "S256"));
        assert_eq!((given("access_type").as_str(), given("prompt").as_str()), ("offline", "consent"));
        assert_eq!(given("include_granted_scopes"), "true");
        assert_eq!(given("redirect_uri"), "https://app.test/back/google");
        assert!(given("scope").starts_with("openid email https://www.googleapis.com/auth/calendar."));
        assert!(!url.as_str().contains("hunter2"));
    }

    #[test]
    fn scopes_that_were_unticked_are_missing() {
        let granted = ["openid", "https://www.googleapis.com/auth/calendar.freebusy"].map(str::to_owned);
        assert_eq!(
            Google::missing_scopes(&granted),
            [
                "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
                "https://www.googleapis.com/auth/calendar.events"
            ]
        );
        assert!(Google::missing_scopes(&[EVERYTHING.to_owned()]).is_empty());
    }
}
