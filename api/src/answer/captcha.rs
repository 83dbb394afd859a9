//! Checking that a human sends a request, for routes that are open to everybody and send mail.

use convene_providers::captcha::{Captcha, CaptchaError, Proof};
use http::HeaderMap;

use crate::error::{ApiError, Fault, Rejection};

/// The header in which the page sends the token that the widget gave it.
const HEADER: &str = "x-captcha-token";

/// Refuses with `CAPTCHA_REQUIRED`, `CAPTCHA_FAILED` and `PROVIDER_UNAVAILABLE`. Only during an outage of the provider, which
/// is an error of its own or no answer at all, the request passes: that must not lock people out, and the rate limits still
/// apply. Any other answer that is no verdict refuses, because a sender may be able to cause it.
pub async fn check(captcha: &Captcha, headers: &HeaderMap) -> Result<(), ApiError> {
    let token = headers.get(HEADER).and_then(|value| value.to_str().ok()).map(str::trim);
    let token = token.filter(|token| !token.is_empty()).ok_or(Rejection::CaptchaRequired)?;
    match captcha.verify(token).await {
        Ok(Proof::Human) => Ok(()),
        Ok(Proof::NotProven) => Err(Rejection::CaptchaFailed.into()),
        Err(CaptchaError::UnknownSecret) => {
            Err(ApiError::internal("the provider of the captcha does not know CONVENE_CAPTCHA_SECRET"))
        }
        Err(error @ CaptchaError::Unreadable { .. }) => {
            Err(Fault::ProviderUnavailable { problem: error.to_string() }.into())
        }
        Err(error @ (CaptchaError::Internal | CaptchaError::Unreachable(_))) => {
            tracing::warn!(cause = %error, "a request passes without its captcha being checked");
            Ok(())
        }
    }
}
