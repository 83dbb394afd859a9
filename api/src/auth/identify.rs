//! From an Authorization header to a user.

use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use uuid::Uuid;

use super::cache::{Cache, TokenHash};
use super::jwt::JwtVerifier;
use super::{Actor, SESSION_TOKEN_PREFIX};
use crate::config::JwtConfig;
use crate::database::{Database, FromRow};
use crate::error::{ApiError, Rejection};

/// Identifies senders by session token or JWT, remembering each for a few seconds.
///
/// Why remember: asking the database is a second round trip on every request, and about a fifth of what a booking
/// costs. What it costs in turn: a session that is revoked, or a user whose role changes, is noticed here up to
/// `CONVENE_SESSION_CACHE` (5 s) late. Nothing is decided on it but the route's roles: every function looks the actor
/// up again, so a user switched off is refused at once.
pub struct Authenticator {
    jwt: Option<JwtVerifier>,
    cache: Cache,
}

/// A token longer than this is nobody's.
const LONGEST_TOKEN: usize = 4096;

impl Authenticator {
    pub fn new(jwt: Option<&JwtConfig>, remember: Duration) -> Self {
        Self { jwt: jwt.map(JwtVerifier::new), cache: Cache::new(remember) }
    }

    /// The user whose token the headers carry. Refuses with `UNAUTHORIZED`.
    pub async fn identify(&self, headers: &HeaderMap, database: &Database) -> Result<Actor, ApiError> {
        let token = bearer_token(headers)?;
        let hash: TokenHash = Sha256::digest(token).into();
        if let Some(actor) = self.cache.get(&hash, Instant::now()) {
            return Ok(actor);
        }
        let (found, valid_for) = if token.starts_with(SESSION_TOKEN_PREFIX) {
            let sql = "SELECT user_id, role FROM convene.authenticate_session($1)";
            (database.first::<Actor>(sql, &[&hash.as_slice()]).await?, Duration::MAX)
        } else {
            let claims = self.jwt.as_ref().ok_or(UNKNOWN)?.verify(token).ok_or(UNKNOWN)?;
            let sql = "SELECT user_id, role FROM convene.authenticate_user($1)";
            (database.first::<Actor>(sql, &[&claims.user_id]).await?, claims.valid_for)
        };
        let actor = found.ok_or(UNKNOWN)?;
        self.cache.put(hash, actor, valid_for, Instant::now());
        Ok(actor)
    }
}

/// One answer for every kind of bad token: it tells nobody which part was wrong.
const UNKNOWN: Rejection = Rejection::Unauthorized { problem: "this token signs nobody in" };

fn bearer_token(headers: &HeaderMap) -> Result<&str, Rejection> {
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

impl FromRow for Actor {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self { id: row.try_get::<_, Uuid>("user_id")?, role: row.try_get("role")? })
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
