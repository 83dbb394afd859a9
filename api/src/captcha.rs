//! Asking whether a human sends a request: Turnstile or hCaptcha, for what is open to everybody and sends mail.

use http::HeaderMap;
use serde::Deserialize;

use crate::config::Secret;
use crate::error::{ApiError, Rejection};
use crate::outbound;

/// Where the page puts the token that the widget gave it.
pub const HEADER: &str = "x-captcha-token";
/// Turnstile's tokens are at most this long, hCaptcha's are in practice.
const LONGEST: usize = 8192;

/// Who asks the human.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Turnstile,
    Hcaptcha,
}

impl Provider {
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "turnstile" => Ok(Self::Turnstile),
            "hcaptcha" => Ok(Self::Hcaptcha),
            _ => Err("must be turnstile or hcaptcha".to_owned()),
        }
    }

    pub fn url(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            Self::Hcaptcha => "https://api.hcaptcha.com/siteverify",
        }
    }
}

/// A configured provider.
#[derive(Debug, Clone)]
pub struct Captcha {
    pub url: String,
    pub secret: Secret<String>,
    /// The host that tokens must come from, if set.
    pub hostname: Option<String>,
}

/// What the provider says of a token. Both use these names.
#[derive(Debug, Deserialize)]
struct Verdict {
    success: bool,
    hostname: Option<String>,
    #[serde(rename = "error-codes", default)]
    errors: Vec<String>,
}

impl Captcha {
    /// Refuses with `CAPTCHA_REQUIRED` and `CAPTCHA_FAILED`. When the provider cannot say, the request passes: rate limits
    /// still hold, and nobody is locked out by somebody else's outage.
    pub async fn check(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let token = headers.get(HEADER).and_then(|value| value.to_str().ok()).map(str::trim);
        let token = token.filter(|token| !token.is_empty()).ok_or(Rejection::CaptchaRequired)?;
        if token.len() > LONGEST {
            return Err(Rejection::CaptchaFailed.into());
        }
        // A token is good once: asked again about the same request, the provider gives the same answer.
        let attempt = uuid::Uuid::new_v4().to_string();
        for _ in 0..2 {
            match self.ask(token, &attempt).await {
                Ok(verdict) if self.is_good(&verdict) => return Ok(()),
                Ok(verdict) if verdict.errors.iter().any(|code| code == "internal-error") => {}
                Ok(verdict) if verdict.errors.iter().any(|code| code.ends_with("-input-secret")) => {
                    return Err(ApiError::internal("the provider of the captcha does not know CONVENE_CAPTCHA_SECRET"));
                }
                Ok(_) => return Err(Rejection::CaptchaFailed.into()),
                Err(error) => tracing::warn!(cause = %error.without_url(), "the captcha cannot be checked"),
            }
        }
        tracing::warn!("a request passes without its captcha being checked");
        Ok(())
    }

    async fn ask(&self, token: &str, attempt: &str) -> Result<Verdict, reqwest::Error> {
        let form = [("secret", self.secret.reveal().as_str()), ("response", token), ("idempotency_key", attempt)];
        outbound::client().post(&self.url).form(&form).send().await?.json().await
    }

    fn is_good(&self, verdict: &Verdict) -> bool {
        verdict.success && self.hostname.as_ref().is_none_or(|wanted| verdict.hostname.as_ref() == Some(wanted))
    }
}
