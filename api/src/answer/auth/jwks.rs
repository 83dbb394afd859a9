//! The public keys of an issuer, fetched from where it publishes them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use convene_providers::outbound;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, Header};
use serde::Deserialize;
use tokio::sync::{Mutex, RwLock};

/// Keys are fetched again after this time, so that a key that the issuer withdrew is no longer accepted.
const FRESH: Duration = Duration::from_secs(600);
/// How long keys are accepted while the issuer cannot be reached.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// A key and what it is for.
#[derive(Clone)]
pub struct Key {
    pub algorithm: Algorithm,
    pub decoding: DecodingKey,
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// The issuer has no key of that id.
    Unknown,
    /// The issuer never answered.
    Unavailable,
}

/// The keys of one issuer.
pub struct Jwks {
    url: String,
    /// The shortest time between two fetches: senders can invent key ids.
    cool_down: Duration,
    known: RwLock<Known>,
    /// Held while fetching; the time of the last fetch.
    asking: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Key>,
    fetched: Option<Instant>,
}

impl Jwks {
    pub fn new(url: String, cool_down: Duration) -> Self {
        Self { url, cool_down, known: RwLock::default(), asking: Mutex::new(None) }
    }

    /// The key that a token's header names.
    pub async fn key(&self, header: &Header) -> Result<Key, NoKey> {
        let id = header.kid.as_deref().ok_or(NoKey::Unknown)?;
        let (found, age) = self.look(id).await;
        if let (Some(key), Some(age)) = (&found, age)
            && age < FRESH
        {
            return Ok(key.clone());
        }
        self.ask(age).await;
        match self.look(id).await {
            (_, None) => Err(NoKey::Unavailable),
            (Some(key), Some(age)) if age < STALE => Ok(key),
            _ => Err(NoKey::Unknown),
        }
    }

    async fn look(&self, id: &str) -> (Option<Key>, Option<Duration>) {
        let known = self.known.read().await;
        (known.keys.get(id).cloned(), known.fetched.map(|at| at.elapsed()))
    }

    /// Fetches the keys, unless that was done a moment ago, or another request has done it since `age` was read.
    async fn ask(&self, age: Option<Duration>) {
        let mut asked = self.asking.lock().await;
        let fetched_since = match (age, self.known.read().await.fetched) {
            (None, Some(_)) => true,
            (Some(age), Some(at)) => at.elapsed() < age,
            (_, None) => false,
        };
        if fetched_since || asked.is_some_and(|at| at.elapsed() < self.cool_down) {
            return;
        }
        *asked = Some(Instant::now());
        match self.fetch().await {
            Ok(keys) => *self.known.write().await = Known { keys, fetched: Some(Instant::now()) },
            Err(error) => tracing::warn!(cause = %error.without_url(), "the issuer's keys cannot be fetched"),
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, Key>, reqwest::Error> {
        let answer = outbound::client().get(&self.url).send().await?.error_for_status()?;
        let set: KeySet = answer.json().await?;
        // A key of a kind that we do not know is passed over (RFC 7517, 5).
        let known = set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(known.filter_map(|jwk| Some((jwk.common.key_id.clone()?, key_of(&jwk)?))).collect())
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// RSA and P-256 keys, each with the one algorithm that it is used for, whatever the header of a token says. A key that its
/// issuer means for something else (`use`, `key_ops`, `alg`) checks no signature here.
fn key_of(jwk: &Jwk) -> Option<Key> {
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let common = &jwk.common;
    let is_to_verify = common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify))
        && common.key_algorithm.is_none_or(|meant| meant == named);
    if !is_to_verify {
        return None;
    }
    Some(Key { algorithm, decoding: DecodingKey::from_jwk(jwk).ok()? })
}
