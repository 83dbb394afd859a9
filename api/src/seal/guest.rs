//! Guests: who they are and what they wrote is sealed, and an index finds them by their address.

use convene_rules::guest::{Guest, address};

use super::{KeyRing, KeyedHash, SealError};

/// What addresses are hashed for.
const INDEX: &str = "booking_guests: email";
/// What everything of a guest is hashed for, so that requests under one idempotency key can be compared.
const FINGERPRINT: &str = "booking_guests: fingerprint";

/// A guest as the database keeps them.
pub struct SealedGuest {
    pub key_id: String,
    pub contact: Vec<u8>,
    pub email_index: KeyedHash,
    pub fingerprint: KeyedHash,
}

/// What a guest is sealed for: contact and index belong together, in one organization.
fn purpose(org_id: i32, index: &[u8]) -> String {
    let hex: String = index.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("booking_guests: {org_id}/{hex}")
}

impl KeyRing {
    /// The hashes under every key by which guests of an organization with that address are found.
    pub fn guest_indexes(&self, org_id: i32, email: &str) -> Vec<Vec<u8>> {
        let hashes = self.hashes(INDEX, &[&org_id.to_string(), &address(email)]);
        hashes.into_iter().map(|hash| hash.to_vec()).collect()
    }
}

/// Seals a guest of an organization.
pub fn seal_guest(keys: &KeyRing, org_id: i32, guest: &Guest) -> Result<SealedGuest, SealError> {
    let text = serde_json::to_string(guest).map_err(|_| SealError::Broken)?;
    let email_index = keys.hash(INDEX, &[&org_id.to_string(), &guest.email])?;
    let fingerprint = keys.hash(FINGERPRINT, &[&text])?;
    let sealed = keys.seal(&purpose(org_id, &email_index), text.as_bytes())?;
    Ok(SealedGuest { key_id: sealed.key_id, contact: sealed.bytes, email_index, fingerprint })
}

/// Opens a guest of an organization.
pub fn open_guest(
    keys: &KeyRing,
    org_id: i32,
    key_id: &str,
    contact: &[u8],
    email_index: &[u8],
) -> Result<Guest, SealError> {
    let text = keys.open(&purpose(org_id, email_index), key_id, contact)?;
    serde_json::from_slice(&text).map_err(|_| SealError::Broken)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OLD: &str = "1=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const NEW: &str = "2=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    fn ada() -> Guest {
        Guest::parse(&json!({ "name": "Ada", "email": "Ada@Example.org" })).unwrap()
    }

    #[test]
    fn a_guest_opens_in_their_organization_and_with_their_index_only() {
        let keys = KeyRing::parse(OLD).unwrap();
        let sealed = seal_guest(&keys, 7, &ada()).unwrap();
        let SealedGuest { key_id, contact, email_index, .. } = &sealed;
        assert_eq!(open_guest(&keys, 7, key_id, contact, email_index).unwrap(), ada());
        assert!(open_guest(&keys, 8, key_id, contact, email_index).is_err());
        assert!(open_guest(&keys, 7, key_id, contact, &[0; 32]).is_err());
    }

    #[test]
    fn a_guest_is_found_by_any_spelling_of_the_address_in_their_organization_and_after_a_new_key() {
        let sealed = seal_guest(&KeyRing::parse(OLD).unwrap(), 7, &ada()).unwrap();
        let index = sealed.email_index.to_vec();
        let both = KeyRing::parse(&format!("{NEW}, {OLD}")).unwrap();
        assert!(both.guest_indexes(7, " ADA@example.ORG").contains(&index));
        assert!(!both.guest_indexes(8, "ada@example.org").contains(&index));
        assert!(!both.guest_indexes(7, "bob@example.org").contains(&index));
    }
}
