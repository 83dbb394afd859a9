//! Somebody without an account, as the service sealed them.

use convene_rules::guest;
use convene_rules::refusal::Refusal;
use convene_rules::zone::Zone;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use serde_json::Value;
use uuid::Uuid;

use crate::failure::{Outcome, answer};
use crate::values::pg_uuid;
use crate::{args, ids, statement};

statement! {
    fresh GUEST = "../sql/booking/guest_insert.sql" (INT4OID, UUIDOID, UUIDOID, TEXTOID, BYTEAOID, BYTEAOID, TEXTOID);
}

/// What is known of a guest, as it would be kept. COMMENT in finalize.sql.
#[pg_extern(immutable, parallel_safe)]
fn check_guest(p_guest: Option<pgrx::JsonB>) -> pgrx::JsonB {
    answer(checked(p_guest).map(pgrx::JsonB))
}

fn checked(guest: Option<pgrx::JsonB>) -> Outcome<Value> {
    let guest = guest::Guest::parse(&args::required(guest, "guest")?.0)?;
    Ok(serde_json::json!({
        "name": guest.name,
        "email": guest.email,
        "company": guest.company,
        "phone": guest.phone,
        "inquiry": guest.inquiry,
    }))
}

/// A guest, as the service sealed them.
pub struct Guest {
    key_id: String,
    contact: Vec<u8>,
    email_index: Vec<u8>,
    zone: Zone,
    /// Of everything that is sealed, by which requests under one idempotency key are compared.
    fingerprint: Vec<u8>,
}

/// Longest hash of it, in bytes.
const FINGERPRINT_MOST: usize = 64;
/// Longest sealed contact, in bytes.
const CONTACT_MOST: usize = 65_536;

impl Guest {
    pub fn new(
        key_id: Option<String>,
        contact: Option<Vec<u8>>,
        email_index: Option<Vec<u8>>,
        time_zone: Option<String>,
    ) -> Outcome<Self> {
        let guest = Self {
            key_id: args::required(key_id, "key_id")?,
            contact: args::required(contact, "contact")?,
            email_index: args::required(email_index, "email_index")?,
            zone: Zone::iana(&args::required(time_zone, "time_zone")?)?,
            fingerprint: Vec::new(),
        };
        if guest.email_index.len() != 32 {
            return Err(Refusal::invalid("email_index", "must be the 32 bytes of an HMAC-SHA-256").into());
        }
        if guest.contact.is_empty() || guest.contact.len() > CONTACT_MOST {
            return Err(Refusal::invalid("contact", format!("must have 1 to {CONTACT_MOST} bytes")).into());
        }
        Ok(guest)
    }

    /// With a keyed hash of what is sealed, at most 64 bytes: sealing gives other bytes each time.
    pub fn with_fingerprint(self, fingerprint: Option<Vec<u8>>) -> Outcome<Self> {
        let fingerprint = fingerprint.unwrap_or_default();
        if fingerprint.len() > FINGERPRINT_MOST {
            return Err(Refusal::invalid("fingerprint", format!("must have at most {FINGERPRINT_MOST} bytes")).into());
        }
        Ok(Self { fingerprint, ..self })
    }

    /// What the guest is compared by, in hexadecimal.
    pub fn index(&self) -> String {
        [&self.email_index, &self.fingerprint].into_iter().flatten().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Stores the guest of a booking, which may be written after.
    pub fn store(&self, client: &SpiClient<'_>, org_id: i32, booking_id: Uuid) -> Outcome<Uuid> {
        let id = ids::new_uuid(org_id)?;
        let args = [
            org_id.into(),
            pg_uuid(id).into(),
            pg_uuid(booking_id).into(),
            self.key_id.as_str().into(),
            self.contact.clone().into(),
            self.email_index.clone().into(),
            self.zone.name().into(),
        ];
        GUEST.run(client, &args)?;
        Ok(id)
    }
}
