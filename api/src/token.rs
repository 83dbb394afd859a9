//! Session tokens for operators: a way in where no other has been set up.

use crate::auth::{SESSION_TOKEN_PREFIX, fresh, hash};
use crate::config::DatabaseUrl;
use crate::database::{ConnectError, connect};
use crate::migrate::describe;

/// Why there is no token.
#[derive(Debug)]
pub enum TokenError {
    Connect(ConnectError),
    /// No such user, an ambiguous address, …; or the database's own words.
    Refused(String),
    /// The system gave no random bytes.
    Randomness(getrandom::Error),
}

/// Opens a session for the user with that address and returns its token, which is stored nowhere. `organization`, a
/// slug, is needed only when the address exists in several. Connects as an administrator.
pub async fn open(url: &DatabaseUrl, email: &str, organization: Option<&str>) -> Result<String, TokenError> {
    let token = fresh(SESSION_TOKEN_PREFIX).map_err(TokenError::Randomness)?;

    let connection = connect(url, "convene token").await.map_err(TokenError::Connect)?;
    let sql = "SELECT session_id FROM convene.open_session($1, $2, $3)";
    let opened = connection.client.query_one(sql, &[&email, &hash(&token).as_slice(), &organization]).await;
    connection.close().await;
    opened.map(|_| token).map_err(|error| TokenError::Refused(explain(&error)))
}

fn explain(error: &tokio_postgres::Error) -> String {
    match crate::error::classify(error) {
        crate::error::ApiError::Refused(refusal) => refusal.message(),
        _ => describe(error),
    }
}

impl std::fmt::Display for TokenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connect(error) => error.fmt(f),
            Self::Refused(problem) => f.write_str(problem),
            Self::Randomness(error) => write!(f, "the system gave no random bytes: {error}"),
        }
    }
}

impl std::error::Error for TokenError {}
