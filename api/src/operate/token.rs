//! Session tokens for operators: a way in where no other has been set up.

use crate::config::DatabaseUrl;
use crate::database::{ConnectError, connect};
use crate::opaque_token::{SESSION_TOKEN_PREFIX, generate, hash};
use crate::operate::migrate::describe;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// No such user, an ambiguous address, …; or the database's own words.
    #[error("{0}")]
    Refused(String),
    #[error("the system gave no random bytes: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// Opens a session for the user with that address and returns its token, which is stored nowhere. `organization`, a
/// slug, is needed only when the address exists in several. Connects as an administrator.
pub async fn open(url: &DatabaseUrl, email: &str, organization: Option<&str>) -> Result<String, TokenError> {
    let token = generate(SESSION_TOKEN_PREFIX)?;

    let connection = connect(url, "convene token").await?;
    let sql = "SELECT session_id FROM convene.open_session($1, $2, $3)";
    let opened = connection.client.query_one(sql, &[&email, &hash(&token).as_slice(), &organization]).await;
    connection.close().await;
    opened.map(|_| token).map_err(|error| TokenError::Refused(explain(&error)))
}

fn explain(error: &tokio_postgres::Error) -> String {
    match crate::error::classify(error) {
        crate::error::ApiError::Refused(refusal) => refusal.to_string(),
        _ => describe(error),
    }
}
