//! Consent and tokens.

use reqwest::Url;

use super::Microsoft;
use crate::address::{below, with_query};
use crate::calendar::tokens;
use crate::calendar::types::Grant;
use crate::call_error::CallError;

/// What is asked for: a refresh token, who signs in, and calendars.
const SCOPES: &str = "offline_access openid email profile Calendars.ReadWrite";
/// The only one of them that answers of the token endpoint name, sometimes with Graph's address before it.
const NEEDED: &str = "Calendars.ReadWrite";

impl Microsoft {
    pub fn authorize_url(&self, state: &str, challenge: &str) -> String {
        let registration = &self.config.registration;
        let parameters = [
            ("client_id", registration.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &registration.redirect_url),
            ("response_mode", "query"),
            ("scope", SCOPES),
            ("state", state),
            // Lets people who have several accounts choose one.
            ("prompt", "select_account"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ];
        let url = self.login_url("authorize").unwrap_or_else(|_| self.config.login_url.clone());
        with_query(url, &parameters).into()
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<Grant, CallError> {
        let registration = &self.config.registration;
        self.grant(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &registration.redirect_url),
            ("code_verifier", verifier),
        ])
        .await
    }

    pub async fn refresh(&self, refresh_token: &str) -> Result<Grant, CallError> {
        self.grant(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    pub fn missing_scopes(granted: &[String]) -> Vec<&'static str> {
        let is_granted = granted.iter().any(|scope| {
            let name = scope.rsplit('/').next().unwrap_or_default();
            name.eq_ignore_ascii_case(NEEDED)
        });
        if is_granted { Vec::new() } else { vec![NEEDED] }
    }

    async fn grant(&self, form: &[(&str, &str)]) -> Result<Grant, CallError> {
        let registration = &self.config.registration;
        let ours = [
            ("client_id", registration.client_id.as_str()),
            ("client_secret", registration.client_secret.reveal()),
            ("scope", SCOPES),
        ];
        tokens::ask(&self.http, &self.login_url("token")?, &[form, &ours].concat()).await
    }

    fn login_url(&self, endpoint: &str) -> Result<Url, CallError> {
        below(&self.config.login_url, &["oauth2", "v2.0", endpoint])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{MicrosoftConfig, Registration};
    use crate::secret::Secret;

    fn microsoft() -> Microsoft {
        Microsoft::new(MicrosoftConfig {
            registration: Registration {
                client_id: "id-1".to_owned(),
                client_secret: Secret::new("hunter2".to_owned()),
                redirect_url: "https://app.test/back/microsoft".to_owned(),
            },
            login_url: Url::parse("https://login.microsoftonline.com/common").unwrap(),
            graph_url: Url::parse("https://graph.microsoft.com/v1.0").unwrap(),
        })
    }

    #[test]
    fn consent_is_asked_for_with_a_proof_key() {
        let url = Url::parse(&microsoft().authorize_url("state", "challenge")).unwrap();
        let given = |name: &str| url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
        assert!(url.as_str().starts_with("https://login.microsoftonline.com/common/oauth2/v2.0/authorize?"));
        assert_eq!(given("scope"), "offline_access openid email profile Calendars.ReadWrite");
        assert_eq!((given("code_challenge").as_str(), given("code_challenge_method").as_str()), ("challenge", "S256"));
        assert_eq!((given("state").as_str(), given("response_mode").as_str()), ("state", "query"));
        assert!(!url.as_str().contains("hunter2"));
    }

    #[test]
    fn a_scope_may_have_graphs_address_before_it() {
        let granted = |scope: &str| Microsoft::missing_scopes(&["openid".to_owned(), scope.to_owned()]);
        assert!(granted("Calendars.ReadWrite").is_empty());
        assert!(granted("https://graph.microsoft.com/calendars.readwrite").is_empty());
        assert_eq!(granted("Calendars.Read"), ["Calendars.ReadWrite"]);
    }
}
