//! Opaque tokens: random, given out once, kept as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What session tokens begin with; a JWT never does.
pub const SESSION_TOKEN_PREFIX: &str = "cvs_";
/// What API keys begin with.
pub const API_KEY_PREFIX: &str = "cvk_";
/// What tokens in sign-in links begin with.
pub const LINK_TOKEN_PREFIX: &str = "cvl_";
/// What tokens in private links to event types begin with.
pub const BOOKING_LINK_PREFIX: &str = "cvp_";
/// What tokens of guests begin with.
pub const ACTION_TOKEN_PREFIX: &str = "cvt_";

/// SHA-256 of a token. They are random and long, so nothing slower is needed.
pub type TokenHash = [u8; 32];

/// A new token of 256 random bits.
pub fn generate(prefix: &str) -> Result<String, getrandom::Error> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(secret)))
}

/// What is kept of a token.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token).into()
}
