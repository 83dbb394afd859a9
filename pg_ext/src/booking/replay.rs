//! Answers kept under the client's idempotency key, in the same transaction as what they answer.

use convene_rules::refusal::Refusal;
use pgrx::spi::SpiClient;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::view::BookingView;
use crate::failure::{Failure, Outcome};
use crate::values::pg_timestamp;
use crate::{record, statement};

statement! {
    fresh STORED_ANSWER: StoredAnswer = "../sql/booking/stored_answer.sql" (INT4OID, TEXTOID, BYTEAOID);
    fresh LOCK_KEY = "../sql/booking/lock_key.sql" (INT8OID);
    fresh STORE_ANSWER = "../sql/booking/store_answer.sql" (
        INT4OID, TEXTOID, BYTEAOID, BYTEAOID, JSONBOID, TIMESTAMPTZOID,
    );
}

record! {
    struct StoredAnswer {
        request_hash: Vec<u8>,
        response: Value,
    }
}

/// Whose keys are told apart from everybody else's.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    User(Uuid),
    /// The public page of an event type.
    Page(Uuid),
    /// The tokens of a booking.
    Token(Uuid),
}

impl Scope {
    /// As stored: `user:`, `page:` or `token:`, and the id.
    fn text(self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Page(id) => format!("page:{id}"),
            Self::Token(id) => format!("token:{id}"),
        }
    }
}

/// A client's key, by its hash alone, and what was asked under it.
pub struct Keyed {
    scope: String,
    key_hash: Option<Vec<u8>>,
    request_hash: Vec<u8>,
}

impl Keyed {
    /// The hash of the request covers the operation and its arguments; lengths keep "ab","c" apart from "a","bc".
    pub fn new(scope: Scope, key: Option<&str>, operation: &str, asked: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [operation].iter().chain(asked) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            scope: scope.text(),
            key_hash: key.map(|key| Sha256::digest(key.as_bytes()).to_vec()),
            request_hash: hash.finalize().to_vec(),
        }
    }

    /// The stored answer, if this was asked before; refused if the key stands for something else.
    pub fn replay(&self, client: &SpiClient<'_>, org_id: i32) -> Outcome<Option<BookingView>> {
        let stored = self.stored(client, org_id)?;
        stored.map(replayed).transpose()
    }

    /// The same of an answer of several bookings.
    pub fn replay_all(&self, client: &SpiClient<'_>, org_id: i32) -> Outcome<Option<Vec<BookingView>>> {
        let Some(mut stored) = self.stored(client, org_id)? else { return Ok(None) };
        let series = stored["series"].as_array_mut().map(std::mem::take).unwrap_or_default();
        series.into_iter().map(replayed).collect::<Outcome<_>>().map(Some)
    }

    fn stored(&self, client: &SpiClient<'_>, org_id: i32) -> Outcome<Option<Value>> {
        let Some(key_hash) = &self.key_hash else { return Ok(None) };
        let args = [org_id.into(), self.scope.as_str().into(), key_hash.clone().into()];
        let Some(stored) = STORED_ANSWER.row(client, &args)? else { return Ok(None) };
        if stored.request_hash != self.request_hash {
            return Err(Refusal::IdempotencyKeyReused {}.into());
        }
        Ok(Some(stored.response))
    }

    /// Waits for whoever asks under the same key at this moment, where no locked row of the asker's does it. Nothing
    /// without a key.
    pub fn lock(&self, client: &SpiClient<'_>) -> Outcome<()> {
        let Some(key_hash) = &self.key_hash else { return Ok(()) };
        let mut hash = Sha256::new();
        hash.update(self.scope.as_bytes());
        hash.update(key_hash);
        let first: [u8; 8] = hash.finalize().first_chunk().copied().unwrap_or_default();
        LOCK_KEY.run(client, &[i64::from_be_bytes(first).into()])?;
        Ok(())
    }

    /// Stores the booking as the answer. Nothing without a key.
    pub fn store(&self, client: &SpiClient<'_>, org_id: i32, booking: &BookingView) -> Outcome<()> {
        self.keep(client, org_id, booking, as_json(booking)?)
    }

    /// The same of several bookings, at least one; the first stands for all.
    pub fn store_all(&self, client: &SpiClient<'_>, org_id: i32, bookings: &[BookingView]) -> Outcome<()> {
        let Some(first) = bookings.first() else { return Ok(()) };
        let series: Vec<Value> = bookings.iter().map(as_json).collect::<Outcome<_>>()?;
        self.keep(client, org_id, first, json!({ "id": first.id, "series": series }))
    }

    fn keep(&self, client: &SpiClient<'_>, org_id: i32, booking: &BookingView, answer: Value) -> Outcome<()> {
        let Some(key_hash) = &self.key_hash else { return Ok(()) };
        let args = [
            org_id.into(),
            self.scope.as_str().into(),
            key_hash.clone().into(),
            self.request_hash.clone().into(),
            pgrx::JsonB(answer).into(),
            pg_timestamp(booking.updated_at)?.into(),
        ];
        STORE_ANSWER.run(client, &args).map(|_| ())
    }
}

fn as_json(booking: &BookingView) -> Outcome<Value> {
    serde_json::to_value(booking).map_err(|error| Failure::Corrupt(format!("an answer cannot be stored: {error}")))
}

fn replayed(stored: Value) -> Outcome<BookingView> {
    let booking: BookingView = serde_json::from_value(stored)
        .map_err(|error| Failure::Corrupt(format!("a stored answer cannot be read: {error}")))?;
    Ok(BookingView { replayed: true, ..booking })
}
