//! Session tokens for operators: a way in where no other has been set up.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

use crate::config::DatabaseUrl;
use crate::database::{ConnectError, connect};
use crate::error::{ApiError, classify};
use crate::opaque_token::{SESSION_TOKEN_PREFIX, generate, hash};
use crate::operate::migrate::describe;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(
        "no user has the address {email}. To make one: \
         SELECT convene.create_user('ORGANIZATION', 'ADDRESS', 'NAME', 'ROLE'), \
         where ROLE is mentee, mentor, coordinator or admin"
    )]
    Unknown { email: String },
    #[error("the organization {organization} has no user {email}. Organizations that have one: {}", .others.join(", "))]
    InOthers { email: String, organization: String, others: Vec<String> },
    #[error("several organizations have a user {email}. Choose one with --org: {}", .organizations.join(", "))]
    Ambiguous { email: String, organizations: Vec<String> },
    #[error("there is no organization {organization}. To see them: SELECT slug, name FROM convene.organizations")]
    NoOrganization { organization: String },
    #[error("this database has no Convene in it. Run `convene migrate`, or correct CONVENE_ADMIN_DATABASE_URL")]
    NotMigrated,
    /// The user may not sign in, …; or the database's own words.
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
    let opened = match opened {
        Ok(_) => Ok(token),
        Err(error) => Err(explain(&connection.client, &error, email, organization).await),
    };
    connection.close().await;
    opened
}

/// What was wrong, with what an administrator can do about it. The database's refusal does not name who was meant.
async fn explain(client: &Client, error: &Error, email: &str, organization: Option<&str>) -> TokenError {
    if matches!(error.code(), Some(&SqlState::UNDEFINED_FUNCTION | &SqlState::INVALID_SCHEMA_NAME)) {
        return TokenError::NotMigrated;
    }
    let ApiError::Refused(refusal) = classify(error) else { return TokenError::Refused(describe(error)) };
    let (email, organization) = (email.to_owned(), organization.map(str::to_owned));
    let Ok((organizations, is_known)) = whose(client, &email, organization.as_deref()).await else {
        return TokenError::Refused(format!("{email}: {refusal}"));
    };
    match organization {
        Some(organization) if !is_known => TokenError::NoOrganization { organization },
        _ if organizations.is_empty() => TokenError::Unknown { email },
        Some(organization) if !organizations.contains(&organization.to_lowercase()) => {
            TokenError::InOthers { email, organization, others: organizations }
        }
        None if organizations.len() > 1 => TokenError::Ambiguous { email, organizations },
        _ => TokenError::Refused(format!("{email}: {refusal}. {}", refusal.hint())),
    }
}

/// The organizations with a user of this address, and whether the one that was named exists.
async fn whose(client: &Client, email: &str, organization: Option<&str>) -> Result<(Vec<String>, bool), Error> {
    let row = client.query_one(include_str!("sql/whose_address.sql"), &[&email, &organization]).await?;
    Ok((row.try_get("organizations")?, row.try_get("is_known")?))
}
