//! Secrets at rest, sealed with AES-256-GCM before they go to the database, which never sees a key.
//!
//! Keys have ids, so that they can be rotated while the service runs: a new key is put first and seals from then on;
//! an old key stays until nothing is left that it sealed.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Length of a nonce, in bytes. Random nonces of this length are safe for 2³² secrets under one key.
const NONCE: usize = 12;

/// The keys, cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<Key>>);

struct Key {
    id: String,
    cipher: Aes256Gcm,
    /// From which the keys of hashes are made: none of them says anything of the cipher's.
    root: Hmac<Sha256>,
}

/// A keyed hash, HMAC-SHA-256.
pub type KeyedHash = [u8; 32];

/// What the database keeps.
pub struct Sealed {
    pub key_id: String,
    /// Nonce, then ciphertext with its tag.
    pub bytes: Vec<u8>,
}

/// Why a secret cannot be read or sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The ring has no key of that id: it was removed too early.
    #[error("no key {0} is configured")]
    UnknownKey(String),
    /// The bytes were not sealed with that key for that purpose.
    #[error("a sealed secret cannot be opened")]
    Broken,
    #[error("the system gave no random bytes: {0}")]
    Randomness(#[from] getrandom::Error),
}

impl KeyRing {
    /// Reads `id=BASE64,id=BASE64`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let keys: Vec<Key> = text.split(',').map(key).collect::<Result<_, _>>()?;
        let mut ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("has two keys of the same id".to_owned());
        }
        Ok(Self(Arc::new(keys)))
    }

    /// The id of the key that seals.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", |key| &key.id)
    }

    /// Whether there is a key of that id.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// Seals a secret with the first key. It opens only for the same purpose.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Sealed, SealError> {
        let Key { id, cipher, .. } = self.0.first().ok_or(SealError::Broken)?;
        let mut bytes = [0_u8; NONCE];
        getrandom::fill(&mut bytes)?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let ciphertext = cipher.encrypt(&bytes.into(), payload).map_err(|_| SealError::Broken)?;
        Ok(Sealed { key_id: id.clone(), bytes: [bytes.as_slice(), &ciphertext].concat() })
    }

    /// Opens what was sealed for that purpose.
    pub fn open(&self, purpose: &str, key_id: &str, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let key = self.0.iter().find(|key| key.id == key_id);
        let Key { cipher, .. } = key.ok_or_else(|| SealError::UnknownKey(key_id.to_owned()))?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        let payload = Payload { msg: ciphertext, aad: purpose.as_bytes() };
        cipher.decrypt(&(*nonce).into(), payload).map_err(|_| SealError::Broken)
    }

    /// A hash of `parts` for a purpose, under the first key. Whoever does not have the key cannot make it of anything they
    /// guess, and the same parts give the same hash.
    pub fn hash(&self, purpose: &str, parts: &[&str]) -> Result<KeyedHash, SealError> {
        Ok(self.0.first().ok_or(SealError::Broken)?.hash(purpose, parts))
    }

    /// The same under every key: what was hashed under an older one is found, too.
    pub fn hashes(&self, purpose: &str, parts: &[&str]) -> Vec<KeyedHash> {
        self.0.iter().map(|key| key.hash(purpose, parts)).collect()
    }
}

impl Key {
    fn hash(&self, purpose: &str, parts: &[&str]) -> KeyedHash {
        let mut hash = self.root.clone();
        // Lengths keep "ab","c" apart from "a","bc".
        for part in [purpose].iter().chain(parts) {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into_bytes().into()
    }
}

/// Sets keys of hashes apart from the key that they are made of.
const HASHES: &[u8] = b"convene: keyed hashes";

fn key(text: &str) -> Result<Key, String> {
    let (id, encoded) = text.trim().split_once('=').ok_or("must be id=BASE64")?;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err("has a key whose id is not made of letters, digits and dashes".to_owned());
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| format!("has a key {id} that is not BASE64"))?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| format!("has a key {id} that is not 32 bytes long"))?;
    let of_hashes = mac(&bytes)?.chain_update(HASHES).finalize().into_bytes();
    Ok(Key { id: id.to_owned(), cipher: Aes256Gcm::new(&bytes.into()), root: mac(&of_hashes)? })
}

fn mac(key: &[u8]) -> Result<Hmac<Sha256>, String> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).map_err(|error| error.to_string())
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const NEW: &str = "2=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(text).unwrap()
    }

    #[test]
    fn a_secret_opens_with_its_key_for_its_purpose_only() {
        let sealed = ring(OLD).seal("mail", b"the token").unwrap();
        assert!(!sealed.bytes.windows(9).any(|part| part == b"the token"));
        assert_eq!(ring(OLD).open("mail", "1", &sealed.bytes).unwrap(), b"the token");
        assert!(matches!(ring(OLD).open("webhook", "1", &sealed.bytes), Err(SealError::Broken)));
        assert!(matches!(ring(NEW).open("mail", "1", &sealed.bytes), Err(SealError::UnknownKey(_))));
    }

    #[test]
    fn an_old_key_still_opens_after_a_new_one_came_first() {
        let sealed = ring(OLD).seal("mail", b"the token").unwrap();
        let both = ring(&format!("{NEW}, {OLD}"));
        assert_eq!(both.open("mail", &sealed.key_id, &sealed.bytes).unwrap(), b"the token");
        assert_eq!(both.seal("mail", b"another").unwrap().key_id, "2");
    }

    #[test]
    fn bytes_that_were_changed_do_not_open() {
        let sealed = ring(OLD).seal("mail", b"the token").unwrap();
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.bytes.clone();
            changed[at] ^= 1;
            assert!(ring(OLD).open("mail", "1", &changed).is_err());
        }
        assert!(ring(OLD).open("mail", "1", &sealed.bytes[..5]).is_err());
    }

    #[test]
    fn hashes_are_told_apart_by_key_purpose_and_parts() {
        let hash = |ring: &KeyRing, purpose, parts: &[&str]| ring.hash(purpose, parts).unwrap();
        let first = hash(&ring(OLD), "email", &["1", "ann@example.org"]);
        assert_eq!(hash(&ring(OLD), "email", &["1", "ann@example.org"]), first);
        assert_ne!(hash(&ring(NEW), "email", &["1", "ann@example.org"]), first);
        assert_ne!(hash(&ring(OLD), "token", &["1", "ann@example.org"]), first);
        assert_ne!(hash(&ring(OLD), "email", &["1a", "nn@example.org"]), first);
        // After a new key came first, what the old one hashed is still found.
        let both = ring(&format!("{NEW}, {OLD}"));
        assert!(both.hashes("email", &["1", "ann@example.org"]).contains(&first));
        assert_ne!(hash(&both, "email", &["1", "ann@example.org"]), first);
    }

    #[test]
    fn keys_of_the_wrong_form_are_refused_without_being_shown() {
        for text in ["", "1", "=MDEy", "1=MDEy", "1=?", "a b=MDEy", &format!("{OLD},{OLD}")] {
            let problem = KeyRing::parse(text).unwrap_err();
            assert!(!problem.contains("MDEy"), "{problem}");
        }
    }
}
