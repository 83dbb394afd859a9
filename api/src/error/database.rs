//! What an error of the database means.
//!
//! A refusal carries itself as JSON in DETAIL. Anything else is told apart by SQLSTATE, and its text goes to the log
//! only: it may quote values.

use convene_rules::refusal::Refusal;
use tokio_postgres::error::{DbError, SqlState};

use super::{ApiError, Fault};

/// The refusal or fault that `error` stands for.
pub fn classify(error: &tokio_postgres::Error) -> ApiError {
    let Some(reported) = error.as_db_error() else {
        return unreported(error).into();
    };
    match refusal_in(reported) {
        Some(refusal) => refusal.into(),
        None => by_sqlstate(reported),
    }
}

/// The refusal in DETAIL, or the one that a violated constraint means.
fn refusal_in(error: &DbError) -> Option<Refusal> {
    error
        .detail()
        .and_then(|detail| serde_json::from_str(detail).ok())
        .or_else(|| error.constraint().and_then(Refusal::of_constraint))
}

/// Errors that the server did not report: the connection broke, or a row has another shape than expected.
fn unreported(error: &tokio_postgres::Error) -> Fault {
    let io = std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>());
    if error.is_closed() || io {
        Fault::DatabaseUnavailable { problem: error.to_string() }
    } else {
        // For example a column that is missing or has another type: service and functions are of different versions.
        let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
        Fault::Internal { problem: format!("{error}{cause}") }
    }
}

fn by_sqlstate(error: &DbError) -> ApiError {
    let state = error.code();
    match state.code() {
        // Values that Postgres refused before a function saw them: out of range, no date, a NUL character in text, …
        "22001" | "22003" | "22007" | "22008" | "22021" | "22023" | "22P02" | "22P03" | "22P05" => {
            ApiError::invalid("request", "holds a value that the database cannot take")
        }
        "57014" => Fault::StatementTimeout.into(),
        "40001" | "40P01" | "55P03" => Fault::Contended.into(),
        "25006" => Fault::ReadOnly.into(),
        // Tables that are not logged have no content on a standby.
        "0A000" if error.routine() == Some("get_relation_info") => Fault::ReadOnly.into(),
        "3F000" | "42883" => Fault::NotMigrated { problem: logged(error) }.into(),
        code if code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") => {
            Fault::DatabaseUnavailable { problem: logged(error) }.into()
        }
        _ => Fault::Internal { problem: logged(error) }.into(),
    }
}

/// SQLSTATE and message; DETAIL, which quotes rows, stays out.
fn logged(error: &DbError) -> String {
    let place = error.where_().map(|place| format!(" ({place})")).unwrap_or_default();
    format!("{}: {}{place}", error.code().code(), error.message())
}

/// Whether a statement that failed, and so had no effect, may succeed when it is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat<'a> {
    Never,
    /// At once, a single time.
    Once,
    /// As soon as who replaces functions is done.
    Later,
    /// In the order of those who wait for this person, of whom there are too many already.
    InTurn(&'a str),
}

/// How to repeat what failed so.
pub fn repeat(error: &tokio_postgres::Error) -> Repeat<'_> {
    match error.code() {
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => Repeat::Once,
        // Without a person it has waited already.
        Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            error.as_db_error().and_then(DbError::detail).map_or(Repeat::Never, Repeat::InTurn)
        }
        _ if is_of_a_missing_function(error) => Repeat::Later,
        _ if is_outdated(error) => Repeat::Once,
        _ => Repeat::Never,
    }
}

/// Whether a statement must be prepared again: a function was replaced, or a connection pooler gave us a session that
/// does not know the statement.
pub fn is_outdated(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(&SqlState::INVALID_SQL_STATEMENT_NAME) => true,
        // "cached plan must not change result type", told by where it is raised: messages are translated.
        Some(&SqlState::FEATURE_NOT_SUPPORTED) => {
            error.as_db_error().is_some_and(|reported| reported.routine() == Some("RevalidateCachedQuery"))
        }
        _ => is_of_a_missing_function(error),
    }
}

/// Whether a function is not there, or went while it was called: the extension is being dropped and created again.
fn is_of_a_missing_function(error: &tokio_postgres::Error) -> bool {
    let Some(reported) = error.as_db_error() else { return false };
    match *reported.code() {
        SqlState::UNDEFINED_FUNCTION => true,
        // Not translated, as nobody is meant to see it.
        SqlState::INTERNAL_ERROR => reported.message().starts_with("cache lookup failed for function"),
        _ => false,
    }
}
