//! Captchas: Turnstile and hCaptcha.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::outbound;
use crate::secret::Secret;

/// Turnstile's tokens are at most this long, hCaptcha's are in practice.
const LONGEST_TOKEN: usize = 8192;
/// How often the provider is asked about one token.
const TRIES: usize = 2;

/// The provider of the captcha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaProvider {
    Turnstile,
    Hcaptcha,
}

impl CaptchaProvider {
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "turnstile" => Ok(Self::Turnstile),
            "hcaptcha" => Ok(Self::Hcaptcha),
            _ => Err("must be turnstile or hcaptcha".to_owned()),
        }
    }

    /// As it is set: `turnstile` or `hcaptcha`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Turnstile => "turnstile",
            Self::Hcaptcha => "hcaptcha",
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
    pub provider: CaptchaProvider,
    /// What pages show it with; not secret.
    pub site_key: Option<String>,
    pub url: String,
    pub secret: Secret<String>,
    /// The host that tokens must come from, if set.
    pub hostname: Option<String>,
}

/// Whether a token proves a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Human,
    /// It was not solved, or was used before, or is for another host.
    NotProven,
}

/// Why the provider did not say. `Internal` and `Unreachable` are an outage of theirs; the others are not.
#[derive(Debug, thiserror::Error)]
pub enum CaptchaError {
    #[error("the provider of the captcha does not know our secret")]
    UnknownSecret,
    #[error("the provider of the captcha had an error of its own")]
    Internal,
    #[error("the provider of the captcha gave an answer that is none: status {status}")]
    Unreadable { status: u16 },
    #[error("the provider of the captcha cannot be asked: {0}")]
    Unreachable(#[source] reqwest::Error),
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
    /// Asks the provider about a token that the page was given. Asks again once where it could not say.
    pub async fn verify(&self, token: &str) -> Result<Proof, CaptchaError> {
        if token.len() > LONGEST_TOKEN {
            return Ok(Proof::NotProven);
        }
        // A token is valid once. With the same idempotency key the provider repeats its answer.
        let attempt = uuid::Uuid::new_v4().to_string();
        let mut answer = Err(CaptchaError::Internal);
        for _ in 0..TRIES {
            answer = self.ask(token, &attempt).await;
            match answer {
                Err(CaptchaError::Internal | CaptchaError::Unreachable(_)) => {}
                Ok(_) | Err(CaptchaError::UnknownSecret | CaptchaError::Unreadable { .. }) => break,
            }
        }
        answer
    }

    async fn ask(&self, token: &str, attempt: &str) -> Result<Proof, CaptchaError> {
        let (status, body) =
            self.post(token, attempt).await.map_err(|error| CaptchaError::Unreachable(error.without_url()))?;
        if status.is_server_error() {
            return Err(CaptchaError::Internal);
        }
        let unreadable = CaptchaError::Unreadable { status: status.as_u16() };
        let Ok(verdict) = serde_json::from_slice::<Verdict>(&body) else { return Err(unreadable) };
        let has = |is: fn(&str) -> bool| verdict.errors.iter().any(|code| is(code));
        if verdict.success && !status.is_success() {
            Err(unreadable)
        } else if verdict.success
            && self.hostname.as_ref().is_none_or(|wanted| verdict.hostname.as_ref() == Some(wanted))
        {
            Ok(Proof::Human)
        } else if has(|code| code == "internal-error") {
            Err(CaptchaError::Internal)
        } else if has(|code| code.ends_with("-input-secret")) {
            Err(CaptchaError::UnknownSecret)
        } else {
            Ok(Proof::NotProven)
        }
    }

    async fn post(&self, token: &str, attempt: &str) -> Result<(StatusCode, Vec<u8>), reqwest::Error> {
        let form = [("secret", self.secret.reveal().as_str()), ("response", token), ("idempotency_key", attempt)];
        let answer = outbound::client().post(&self.url).form(&form).send().await?;
        Ok((answer.status(), answer.bytes().await?.into()))
    }
}
