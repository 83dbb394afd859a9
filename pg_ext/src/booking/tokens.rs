//! Tokens of guests: each lets its bearer do one thing to one booking. The service makes them; here are their hashes.

use convene_rules::refusal::{Problems, Refusal};
use convene_rules::token::Purpose;
use jiff::Timestamp;
use pgrx::JsonB;
use pgrx::datum::TimestampWithTimeZone;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::meeting::BookingRow;
use crate::failure::Outcome;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, record, statement};

statement! {
    fresh FIND: Token = "../sql/booking/token.sql" (BYTEAOID, TEXTOID);
    callers FIND_SEEN: Token = "../sql/booking/token.sql" (BYTEAOID, TEXTOID);
    fresh END = "../sql/booking/tokens_end.sql" (INT4OID, UUIDOID, UUIDOID);
    fresh INSERT = "../sql/booking/tokens_insert.sql" (
        INT4OID, UUIDOID, UUIDOID, TEXTARRAYOID, TEXTARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh FOLLOW = "../sql/booking/tokens_follow.sql" (INT4OID, UUIDOID, TEXTARRAYOID, TIMESTAMPTZARRAYOID);
}

record! {
    /// A token that there is or was.
    #[derive(Debug, Clone)]
    pub struct Token {
        pub org_id: i32 = "t.org_id",
        pub booking_id: Uuid = "t.booking_id",
        /// Whose it is; `None` for that of a hold.
        pub guest_id: Option<Uuid> = "t.guest_id",
        pub is_replaced: bool = "t.replaced_at IS NOT NULL",
        pub has_expired: bool = "t.expires_at <= clock_timestamp()",
    }
}

/// Length of a SHA-256, in bytes.
const HASH: usize = 32;

/// The hash of a token, as callers pass it.
pub struct TokenHash(Vec<u8>);

impl TokenHash {
    pub fn new(hash: Option<Vec<u8>>) -> Outcome<Self> {
        let hash = args::required(hash, "token_hash")?;
        if hash.len() == HASH {
            return Ok(Self(hash));
        }
        Err(Refusal::invalid("token_hash", "must be the 32 bytes of a SHA-256").into())
    }

    /// As one of [`NewTokens`].
    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Token {
    /// The token with that hash for that purpose, whether or not it still works.
    pub fn find(client: &SpiClient<'_>, hash: &TokenHash, purpose: Purpose) -> Outcome<Self> {
        let token = FIND.row(client, &[hash.0.clone().into(), purpose.as_ref().into()])?;
        Ok(token.ok_or(Refusal::ActionTokenInvalid {})?)
    }

    /// One that works, for functions that only read.
    pub fn seen(client: &SpiClient<'_>, hash: &TokenHash, purpose: Purpose) -> Outcome<Self> {
        let token = FIND_SEEN.row(client, &[hash.0.clone().into(), purpose.as_ref().into()])?;
        let token = token.ok_or(Refusal::ActionTokenInvalid {})?;
        token.require_works()?;
        Ok(token)
    }

    /// Refuses one that expired or was replaced.
    pub fn require_works(&self) -> Outcome<()> {
        if self.is_replaced || self.has_expired {
            return Err(Refusal::ActionTokenInvalid {}.into());
        }
        Ok(())
    }

    /// Whose it is.
    pub fn guest(&self) -> Outcome<Uuid> {
        Ok(self.guest_id.ok_or(Refusal::ActionTokenInvalid {})?)
    }
}

/// Hashes of tokens that are to be stored, in hexadecimal. Perhaps none: then nobody acts by token.
#[derive(Default)]
pub struct NewTokens(Vec<(Purpose, String)>);

impl NewTokens {
    /// From `{"view": "…", "cancel": "…", …}`: of a guest's purposes, each with a SHA-256 in hexadecimal.
    pub fn of_guest(hashes: Option<JsonB>) -> Outcome<Self> {
        let Some(JsonB(hashes)) = hashes else { return Ok(Self::default()) };
        let refused = |problem: &str| Refusal::invalid("token_hashes", problem);
        let hashes = hashes.as_object().ok_or_else(|| refused("must be a JSON object of purposes and hashes"))?;
        let mut problems = Problems::default();
        let mut tokens = Vec::new();
        for (purpose, hash) in hashes {
            let field = format!("token_hashes.{}", purpose.chars().take(20).collect::<String>());
            let known = Purpose::parse(purpose).ok().filter(|purpose| Purpose::OF_GUESTS.contains(purpose));
            let known = known.ok_or_else(|| Refusal::invalid(&field, "is for no purpose of a guest"));
            let is_hash = |hash: &&str| hash.len() == 2 * HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            let hash = hash.as_str().filter(is_hash);
            let hash = hash.ok_or_else(|| Refusal::invalid(&field, "must be a SHA-256 in hexadecimal"));
            if let (Some(purpose), Some(hash)) = (problems.note(known), problems.note(hash)) {
                tokens.push((purpose, hash.to_ascii_lowercase()));
            }
        }
        problems.check()?;
        Ok(Self(tokens))
    }

    /// The one of a hold.
    pub fn of_hold(hash: Option<Vec<u8>>) -> Outcome<Self> {
        let Some(hash) = hash else { return Ok(Self::default()) };
        Ok(Self(vec![(Purpose::Finalize, TokenHash::new(Some(hash))?.hex())]))
    }

    /// Stores them for a guest, or for a hold. Those that were there before no longer work.
    pub fn store(&self, client: &SpiClient<'_>, org_id: i32, booking: &BookingRow, guest: Option<Uuid>) -> Outcome<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        end(client, org_id, booking.id, guest)?;
        let expiries = self.0.iter().map(|(purpose, _)| expiry(*purpose, booking)).collect::<Outcome<Vec<_>>>()?;
        let args = [
            org_id.into(),
            pg_uuid(booking.id).into(),
            guest.map(pg_uuid).into(),
            self.0.iter().map(|(purpose, _)| purpose.to_string()).collect::<Vec<_>>().into(),
            self.0.iter().map(|(_, hash)| hash.clone()).collect::<Vec<_>>().into(),
            expiries.into(),
        ];
        INSERT.run(client, &args).map(|_| ())
    }
}

/// Tokens of a guest, or that of a hold, stop working.
pub fn end(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid, guest: Option<Uuid>) -> Outcome<()> {
    END.run(client, &[org_id.into(), pg_uuid(booking_id).into(), guest.map(pg_uuid).into()]).map(|_| ())
}

/// The tokens of a meeting that was moved expire with it at its new time.
pub fn follow(client: &SpiClient<'_>, org_id: i32, booking: &BookingRow) -> Outcome<()> {
    let purposes = Purpose::OF_GUESTS;
    let expiries = purposes.iter().map(|purpose| expiry(*purpose, booking)).collect::<Outcome<Vec<_>>>()?;
    let args = [
        org_id.into(),
        pg_uuid(booking.id).into(),
        purposes.iter().map(ToString::to_string).collect::<Vec<_>>().into(),
        expiries.into(),
    ];
    FOLLOW.run(client, &args).map(|_| ())
}

fn expiry(purpose: Purpose, booking: &BookingRow) -> Outcome<TimestampWithTimeZone> {
    let expires_at: Timestamp = purpose.expires_at(booking.end_time, booking.held_until);
    pg_timestamp(expires_at)
}
