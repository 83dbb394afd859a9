//! The secret of a mail with a link to sign in.

use serde::{Deserialize, Serialize};

use super::{KeyRing, SealError, Sealed};

/// What links in mails are sealed for.
const PURPOSE: &str = "email_deliveries: magic_link";

/// The content of a mail with a link to sign in.
#[derive(Serialize, Deserialize)]
pub struct MagicLink {
    pub token: String,
}

impl MagicLink {
    pub fn seal(&self, keys: &KeyRing) -> Result<Sealed, SealError> {
        let text = serde_json::to_vec(self).map_err(|_| SealError::Broken)?;
        keys.seal(PURPOSE, &text)
    }

    pub fn open(keys: &KeyRing, key_id: &str, bytes: &[u8]) -> Result<Self, SealError> {
        serde_json::from_slice(&keys.open(PURPOSE, key_id, bytes)?).map_err(|_| SealError::Broken)
    }

    /// The link, or the bare token where no page is configured for it.
    pub fn address(&self, page: Option<&str>) -> String {
        match page {
            Some(page) => format!("{page}#token={}", self.token),
            None => self.token.clone(),
        }
    }
}
