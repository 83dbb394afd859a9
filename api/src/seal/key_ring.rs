//! Secrets at rest, sealed with AES-256-GCM before they go to the database, which never sees a key.
//!
//! Keys have ids, so that they can be rotated while the service runs: a new key is put first and seals from then on;
//! an old key stays until nothing is left that it sealed.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Length of a nonce, in bytes. Random nonces of this length are safe for 2³² secrets under one key.
const NONCE: usize = 12;

/// The keys, cheap to clone.
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<(String, Aes256Gcm)>>);

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
        let keys: Vec<(String, Aes256Gcm)> = text.split(',').map(key).collect::<Result<_, _>>()?;
        let mut ids: Vec<&str> = keys.iter().map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("has two keys of the same id".to_owned());
        }
        Ok(Self(Arc::new(keys)))
    }

    /// The id of the key that seals.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", |(id, _)| id)
    }

    /// Whether there is a key of that id.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(known, _)| known == id)
    }

    /// Seals a secret with the first key. It opens only for the same purpose.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Result<Sealed, SealError> {
        let (key_id, cipher) = self.0.first().ok_or(SealError::Broken)?;
        let mut bytes = [0_u8; NONCE];
        getrandom::fill(&mut bytes)?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let ciphertext = cipher.encrypt(&bytes.into(), payload).map_err(|_| SealError::Broken)?;
        Ok(Sealed { key_id: key_id.clone(), bytes: [bytes.as_slice(), &ciphertext].concat() })
    }

    /// Opens what was sealed for that purpose.
    pub fn open(&self, purpose: &str, key_id: &str, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
        let (_, cipher) =
            self.0.iter().find(|(id, _)| id == key_id).ok_or_else(|| SealError::UnknownKey(key_id.to_owned()))?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        let payload = Payload { msg: ciphertext, aad: purpose.as_bytes() };
        cipher.decrypt(&(*nonce).into(), payload).map_err(|_| SealError::Broken)
    }
}

fn key(text: &str) -> Result<(String, Aes256Gcm), String> {
    let (id, encoded) = text.trim().split_once('=').ok_or("must be id=BASE64")?;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err("has a key whose id is not made of letters, digits and dashes".to_owned());
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| format!("has a key {id} that is not BASE64"))?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| format!("has a key {id} that is not 32 bytes long"))?;
    Ok((id.to_owned(), Aes256Gcm::new(&bytes.into())))
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
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
    fn keys_of_the_wrong_form_are_refused_without_being_shown() {
        for text in ["", "1", "=MDEy", "1=MDEy", "1=?", "a b=MDEy", &format!("{OLD},{OLD}")] {
            let problem = KeyRing::parse(text).unwrap_err();
            assert!(!problem.contains("MDEy"), "{problem}");
        }
    }
}
