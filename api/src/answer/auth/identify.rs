//! From an Authorization header to a user.

use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::cache::Cache;
use super::jwt::{BadToken, JwtVerifier, Verified};
use super::{Actor, Scopes, Via};
use crate::config::JwtConfig;
use crate::database::{Database, FromRow};
use crate::error::{ApiError, Fault, Rejection};
use crate::opaque_token::{API_KEY_PREFIX, SESSION_TOKEN_PREFIX, TokenHash, hash};
use crate::role::Role;

/// Identifies senders by session token, API key or JWT, and caches each for a few seconds.
///
/// Why a cache: asking the database is a second round trip on every request, about a fifth of the cost of a booking.
/// The price: a session that was revoked, or a role that changed, is noticed up to `CONVENE_SESSION_CACHE` (5 s) late.
/// Only the roles of the route are checked against it: every function of the database looks the actor up again, so a
/// suspended user is refused at once.
pub struct Authenticator {
    jwt: Option<JwtVerifier>,
    cache: Cache,
}

/// No token that we accept is longer.
const LONGEST_TOKEN: usize = 4096;

impl Authenticator {
    pub fn new(jwt: Option<&JwtConfig>, remember: Duration) -> Self {
        Self { jwt: jwt.map(JwtVerifier::new), cache: Cache::new(remember) }
    }

    /// Whether the headers carry a token that was good lately, or none: then nothing has to be looked up that a stranger
    /// made up.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        bearer_token(headers).map_or(true, |token| self.cache.knows(&hash(token), Instant::now()))
    }

    /// The user whose token the headers carry. Refuses with `UNAUTHORIZED`.
    pub async fn identify(&self, headers: &HeaderMap, database: &Database) -> Result<Actor, ApiError> {
        let token = bearer_token(headers)?;
        let hash = hash(token);
        if let Some(actor) = self.cache.get(&hash, Instant::now()) {
            return Ok(actor);
        }
        let found = self.look_up(token, &hash, database).await;
        match &found {
            Ok((actor, valid_for)) => self.cache.put(hash, *actor, *valid_for, Instant::now()),
            Err(ApiError::Rejected(_)) => self.cache.forget_token(&hash),
            Err(_) => (),
        }
        found.map(|(actor, _)| actor)
    }

    /// And for how long the token is valid at most.
    async fn look_up(&self, token: &str, hash: &TokenHash, database: &Database) -> Result<(Actor, Duration), ApiError> {
        if token.starts_with(SESSION_TOKEN_PREFIX) {
            return Ok((session(hash, database).await?, Duration::MAX));
        }
        if token.starts_with(API_KEY_PREFIX) {
            return api_key(hash, database).await;
        }
        let token = self.verify(token).await?.ok_or(UNKNOWN)?;
        Ok((subject(&token, database).await?, token.valid_for))
    }

    /// What an outside issuer's token says; `None` when it is not good.
    pub async fn verify(&self, token: &str) -> Result<Option<Verified>, ApiError> {
        let Some(jwt) = self.jwt.as_ref().filter(|_| token.len() <= LONGEST_TOKEN) else { return Ok(None) };
        match jwt.verify(token).await {
            Ok(verified) => Ok(Some(verified)),
            Err(BadToken::Invalid) => Ok(None),
            Err(BadToken::Unverifiable) => Err(Fault::IssuerUnavailable.into()),
        }
    }

    /// Removes this user from the cache: some of their tokens have ended.
    pub fn forget(&self, user_id: Uuid) {
        self.cache.forget(user_id);
    }
}

async fn session(hash: &TokenHash, database: &Database) -> Result<Actor, ApiError> {
    let sql = "SELECT user_id, org_id, role, session_id FROM convene.authenticate_session($1)";
    let found = database.first::<SessionHolder>(sql, &[&hash.as_slice()]).await?.ok_or(UNKNOWN)?;
    Ok(found.person.actor(Via::Session(found.session_id)))
}

async fn subject(token: &Verified, database: &Database) -> Result<Actor, ApiError> {
    let sql = "SELECT user_id, org_id, role FROM convene.authenticate_subject($1, $2)";
    let found = database.first::<Person>(sql, &[&token.issuer, &token.subject]).await?.ok_or(UNKNOWN)?;
    Ok(found.actor(Via::Jwt))
}

async fn api_key(hash: &TokenHash, database: &Database) -> Result<(Actor, Duration), ApiError> {
    let sql = "SELECT user_id, org_id, role, scopes, expires_at FROM convene.authenticate_api_key($1)";
    let found = database.first::<KeyHolder>(sql, &[&hash.as_slice()]).await?.ok_or(UNKNOWN)?;
    // A scope that only a later version of the service knows allows nothing.
    let known = found.scopes.iter().filter_map(|name| Scopes::parse([name.as_str()]).ok());
    let actor = found.person.actor(Via::ApiKey(known.collect()));
    let valid_for = found.expires_at.map_or(Duration::MAX, |end| {
        Duration::try_from(end.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO)
    });
    Ok((actor, valid_for))
}

/// One answer for every kind of bad token, which does not tell what was wrong.
const UNKNOWN: Rejection = Rejection::Unauthorized { problem: "this token signs nobody in" };

pub fn bearer_token(headers: &HeaderMap) -> Result<&str, Rejection> {
    const ABSENT: Rejection = Rejection::Unauthorized { problem: "nobody is signed in" };
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return Err(ABSENT) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(ABSENT)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(ABSENT);
    }
    if token.len() > LONGEST_TOKEN { Err(UNKNOWN) } else { Ok(token) }
}

/// A user who is signed in.
struct Person {
    user_id: Uuid,
    org_id: i32,
    role: Role,
}

impl Person {
    fn actor(&self, via: Via) -> Actor {
        Actor { id: self.user_id, org_id: self.org_id, role: self.role, via }
    }
}

impl FromRow for Person {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { user_id: row.try_get("user_id")?, org_id: row.try_get("org_id")?, role: row.try_get("role")? })
    }
}

struct SessionHolder {
    person: Person,
    session_id: Uuid,
}

impl FromRow for SessionHolder {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { person: Person::from_row(row)?, session_id: row.try_get("session_id")? })
    }
}

struct KeyHolder {
    person: Person,
    scopes: Vec<String>,
    expires_at: Option<Timestamp>,
}

impl FromRow for KeyHolder {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            person: Person::from_row(row)?,
            scopes: row.try_get("scopes")?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn token_of(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer_token(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn a_bearer_token_is_taken_whatever_the_schemes_case() {
        assert_eq!(token_of(&["Bearer cvs_x"]).as_deref(), Some("cvs_x"));
        assert_eq!(token_of(&["bearer  cvs_x "]).as_deref(), Some("cvs_x"));
    }

    #[test]
    fn anything_else_signs_nobody_in() {
        for values in [&[][..], &["Basic cvs_x"], &["Bearer"], &["Bearer "], &["cvs_x"], &["Bearer a", "Bearer b"]] {
            assert_eq!(token_of(values), None, "{values:?}");
        }
    }
}
