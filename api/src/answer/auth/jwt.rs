//! Tokens of an outside issuer: HS256, signed with a secret it shares with this installation, or RS256 and ES256,
//! signed with keys it publishes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;

use super::jwks::{Jwks, Key, NoKey};
use crate::config::JwtConfig;

pub struct JwtVerifier {
    secret: Option<Key>,
    jwks: Option<Jwks>,
    validation: Validation,
}

/// What a good token says.
pub struct Verified {
    /// The issuer, if the token names one.
    pub issuer: Option<String>,
    /// The subject.
    pub subject: String,
    /// How long it is still valid.
    pub valid_for: Duration,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadToken {
    /// It is not valid.
    Invalid,
    /// It cannot be checked: the issuer's keys cannot be fetched.
    Unverifiable,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: String,
    exp: u64,
}

impl JwtVerifier {
    pub fn new(config: &JwtConfig) -> Self {
        let mut validation =
            Validation { leeway: config.leeway.as_secs(), validate_nbf: true, ..Validation::default() };
        let mut required = vec!["exp", "sub"];
        if let Some(issuer) = &config.issuer {
            validation.set_issuer(&[issuer]);
            required.push("iss");
        }
        match &config.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                required.push("aud");
            }
            None => validation.validate_aud = false,
        }
        validation.set_required_spec_claims(&required);
        let of_secret = |secret: &[u8]| Key { algorithm: Algorithm::HS256, decoding: DecodingKey::from_secret(secret) };
        Self {
            secret: config.secret.as_ref().map(|secret| of_secret(secret.reveal())),
            jwks: config.jwks_url.clone().map(|url| Jwks::new(url, config.jwks_cool_down)),
            validation,
        }
    }

    /// The subject of a token that is signed by our issuer, has not expired, and has the issuer and audience of the
    /// settings.
    pub async fn verify(&self, token: &str) -> Result<Verified, BadToken> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken::Invalid)?;
        if !is_for_signing_in(&header) {
            return Err(BadToken::Invalid);
        }
        let key = self.key(&header).await?;
        // The key decides the algorithm. A header that names another one is refused.
        let mut validation = self.validation.clone();
        validation.algorithms = vec![key.algorithm];
        let token = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation);
        let Claims { iss: issuer, sub: subject, exp } = token.map_err(|_| BadToken::Invalid)?.claims;
        // Postgres cannot store such text.
        if subject.contains('\0') || issuer.as_ref().is_some_and(|issuer| issuer.contains('\0')) {
            return Err(BadToken::Invalid);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let end = Duration::from_secs(exp).saturating_add(Duration::from_secs(self.validation.leeway));
        Ok(Verified { issuer, subject, valid_for: end.saturating_sub(now) })
    }

    async fn key(&self, header: &Header) -> Result<Key, BadToken> {
        match (header.alg, &self.secret, &self.jwks) {
            (Algorithm::HS256, Some(secret), _) => Ok(secret.clone()),
            (Algorithm::RS256 | Algorithm::ES256, _, Some(jwks)) => jwks.key(header).await.map_err(|why| match why {
                NoKey::Unknown => BadToken::Invalid,
                NoKey::Unavailable => BadToken::Unverifiable,
            }),
            _ => Err(BadToken::Invalid),
        }
    }
}

/// Whether the header says that this is a token to sign in with, or nothing about it: `typ` is JWT (RFC 7519) or an access
/// token (RFC 9068). An issuer signs other things with the same key, such as notices that somebody has signed out. An
/// extension in `crit` must be understood (RFC 7515, 4.1.11), and we know none.
fn is_for_signing_in(header: &Header) -> bool {
    let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    header.crit.is_none() && matches!(kind, "jwt" | "at+jwt")
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;
    use convene_providers::Secret;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const USER: &str = "0190c2a4-7a1e-7c60-b7a5-1c1f0f0a3f10";

    fn config(issuer: Option<&str>, audience: Option<&str>) -> JwtConfig {
        JwtConfig {
            secret: Some(Secret::new(SECRET.to_vec())),
            jwks_url: None,
            jwks_cool_down: Duration::ZERO,
            leeway: Duration::from_secs(30),
            issuer: issuer.map(str::to_owned),
            audience: audience.map(str::to_owned),
        }
    }

    fn signed(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    /// `{"alg":"none"}`, and no signature.
    fn unsigned(claims: &Value) -> String {
        use base64::Engine as _;
        let part = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(claims))
    }

    async fn accepts(config: &JwtConfig, token: &str) -> bool {
        JwtVerifier::new(config).verify(token).await.is_ok()
    }

    fn soon() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 60
    }

    #[tokio::test]
    async fn a_token_signed_with_the_secret_names_its_user() {
        let token = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon()}));
        let verified = JwtVerifier::new(&config(None, None)).verify(&token).await.ok().unwrap();
        assert_eq!((verified.issuer.as_deref(), verified.subject.as_str()), (None, USER));
        assert!(verified.valid_for <= Duration::from_secs(90));
    }

    #[tokio::test]
    async fn an_audience_is_ignored_unless_one_is_configured() {
        let token = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon(), "aud": "authenticated"}));
        assert!(accepts(&config(None, None), &token).await);
        assert!(accepts(&config(None, Some("authenticated")), &token).await);
        assert!(!accepts(&config(None, Some("others")), &token).await);
    }

    #[tokio::test]
    async fn configured_issuer_and_audience_must_be_there() {
        let bare = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon()}));
        assert!(!accepts(&config(Some("https://issuer"), None), &bare).await);
        assert!(!accepts(&config(None, Some("authenticated")), &bare).await);
        let issued = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon(), "iss": "https://issuer"}));
        assert!(accepts(&config(Some("https://issuer"), None), &issued).await);
        assert!(!accepts(&config(Some("https://another"), None), &issued).await);
    }

    #[tokio::test]
    async fn bad_tokens_name_nobody() {
        let now = soon();
        let bad = [
            signed(Algorithm::HS256, b"another secret of thirty-two bytes", &json!({"sub": USER, "exp": now})),
            signed(Algorithm::HS384, SECRET, &json!({"sub": USER, "exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": now - 3600})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": now + 3600, "nbf": now + 1800})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": "tomorrow"})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER})),
            signed(Algorithm::HS256, SECRET, &json!({"exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": 7, "exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": "a\0", "exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "iss": "\0", "exp": now})),
            unsigned(&json!({"sub": USER, "exp": now})),
            String::new(),
            "a.b.c".to_owned(),
        ];
        for token in bad {
            assert!(!accepts(&config(None, None), &token).await, "{token}");
        }
    }
}
