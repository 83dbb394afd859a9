//! HS256 tokens of an issuer that shares a secret with this installation.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use uuid::Uuid;

use crate::config::JwtConfig;

/// How far the issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(30);

pub struct JwtVerifier {
    key: DecodingKey,
    validation: Validation,
}

/// What a good token says.
pub struct Verified {
    pub user_id: Uuid,
    /// Until it expires.
    pub valid_for: Duration,
}

#[derive(Deserialize)]
struct Claims {
    sub: Uuid,
    exp: u64,
}

impl JwtVerifier {
    pub fn new(config: &JwtConfig) -> Self {
        // The algorithm is pinned: what the token's header says it is does not matter.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY.as_secs();
        validation.validate_nbf = true;
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
        Self { key: DecodingKey::from_secret(config.secret.reveal()), validation }
    }

    /// The user in a token that is signed with our secret, alive, and from and for whom the settings say.
    pub fn verify(&self, token: &str) -> Option<Verified> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation).ok()?.claims;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let end = Duration::from_secs(claims.exp).saturating_add(LEEWAY);
        Some(Verified { user_id: claims.sub, valid_for: end.saturating_sub(now) })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;
    use crate::config::Secret;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const USER: &str = "0190c2a4-7a1e-7c60-b7a5-1c1f0f0a3f10";

    fn config(issuer: Option<&str>, audience: Option<&str>) -> JwtConfig {
        JwtConfig {
            secret: Secret::new(SECRET.to_vec()),
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

    fn accepts(config: &JwtConfig, token: &str) -> bool {
        JwtVerifier::new(config).verify(token).is_some()
    }

    fn soon() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 60
    }

    #[test]
    fn a_token_signed_with_the_secret_names_its_user() {
        let token = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon()}));
        let verified = JwtVerifier::new(&config(None, None)).verify(&token).unwrap();
        assert_eq!(verified.user_id.to_string(), USER);
        assert!(verified.valid_for <= Duration::from_secs(90));
    }

    #[test]
    fn an_audience_is_ignored_unless_one_is_configured() {
        let token = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon(), "aud": "authenticated"}));
        assert!(accepts(&config(None, None), &token));
        assert!(accepts(&config(None, Some("authenticated")), &token));
        assert!(!accepts(&config(None, Some("others")), &token));
    }

    #[test]
    fn configured_issuer_and_audience_must_be_there() {
        let bare = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon()}));
        assert!(!accepts(&config(Some("https://issuer"), None), &bare));
        assert!(!accepts(&config(None, Some("authenticated")), &bare));
        let issued = signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": soon(), "iss": "https://issuer"}));
        assert!(accepts(&config(Some("https://issuer"), None), &issued));
        assert!(!accepts(&config(Some("https://another"), None), &issued));
    }

    #[test]
    fn bad_tokens_name_nobody() {
        let now = soon();
        let bad = [
            signed(Algorithm::HS256, b"another secret of thirty-two bytes", &json!({"sub": USER, "exp": now})),
            signed(Algorithm::HS384, SECRET, &json!({"sub": USER, "exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": now - 3600})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": now + 3600, "nbf": now + 1800})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER, "exp": "tomorrow"})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": USER})),
            signed(Algorithm::HS256, SECRET, &json!({"exp": now})),
            signed(Algorithm::HS256, SECRET, &json!({"sub": "service_role", "exp": now})),
            unsigned(&json!({"sub": USER, "exp": now})),
            String::new(),
            "a.b.c".to_owned(),
        ];
        for token in bad {
            assert!(!accepts(&config(None, None), &token), "{token}");
        }
    }
}
