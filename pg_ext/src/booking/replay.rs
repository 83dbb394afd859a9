//! Answers kept under the client's idempotency key, in the same transaction as what they answer.

use convene_rules::refusal::Refusal;
use pgrx::spi::SpiClient;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Answer, Booking};
use crate::failure::{Failure, Outcome};
use crate::spi::Row;
use crate::statement;
use crate::values::{pg_timestamp, pg_uuid};

statement! {
    fresh STORED_ANSWER = "../sql/stored_answer.sql" (INT4OID, UUIDOID, TEXTOID);
    fresh STORE_ANSWER = "../sql/store_answer.sql" (INT4OID, UUIDOID, TEXTOID, BYTEAOID, JSONBOID, TIMESTAMPTZOID);
}

/// A client's key and what was asked under it.
pub struct Keyed {
    pub key: Option<String>,
    pub fingerprint: Vec<u8>,
}

impl Keyed {
    /// The fingerprint covers the operation and its arguments; lengths keep "ab","c" apart from "a","bc".
    pub fn new(key: Option<String>, operation: &str, asked: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [operation].iter().chain(asked) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self { key, fingerprint: hash.finalize().to_vec() }
    }

    /// The stored answer, if this was asked before; refused if the key stands for something else.
    pub fn replay(&self, client: &SpiClient<'_>, org_id: i32, actor_id: Uuid) -> Outcome<Option<Answer>> {
        let Some(key) = &self.key else { return Ok(None) };
        let args = [org_id.into(), pg_uuid(actor_id).into(), key.as_str().into()];
        let Some(mut row) = STORED_ANSWER.with(|stored| stored.row(client, &args))? else { return Ok(None) };
        self.read(&mut row).map(Some)
    }

    /// Reads fingerprint and response.
    pub fn read(&self, row: &mut Row<'_>) -> Outcome<Answer> {
        if row.value::<Vec<u8>>()? != self.fingerprint {
            return Err(Refusal::IdempotencyKeyReused {}.into());
        }
        let response = row.value::<pgrx::JsonB>()?.0;
        let booking: Booking = serde_json::from_value(response)
            .map_err(|error| Failure::Corrupt(format!("a stored answer cannot be read: {error}")))?;
        Ok(Answer { booking, replayed: true })
    }

    /// Stores the booking as the answer. Nothing without a key.
    pub fn store(&self, client: &SpiClient<'_>, org_id: i32, actor_id: Uuid, booking: &Booking) -> Outcome<()> {
        let Some(key) = &self.key else { return Ok(()) };
        let answer = serde_json::to_value(booking)
            .map_err(|error| Failure::Corrupt(format!("an answer cannot be stored: {error}")))?;
        let args = [
            org_id.into(),
            pg_uuid(actor_id).into(),
            key.as_str().into(),
            self.fingerprint.clone().into(),
            pgrx::JsonB(answer).into(),
            pg_timestamp(booking.updated_at)?.into(),
        ];
        STORE_ANSWER.with(|store| store.run(client, &args))?;
        Ok(())
    }
}
