//! Why a database was not brought up to date.

use crate::database::{ConnectError, explain};

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server or our role on it is not suitable. Says what to do.
    #[error("{0}")]
    Unsuitable(String),
    /// A migration failed, or those applied are not those known here.
    #[error("{0}")]
    Migration(String),
    /// A file of `sql/` or `jobs/` failed.
    #[error("{file}:{}{problem}", .line.map_or(" ".to_owned(), |line| format!("{line}: ")))]
    Script { file: String, line: Option<usize>, problem: String },
    #[error("{}", describe(.0))]
    Database(#[from] tokio_postgres::Error),
}

/// What the server says, with detail, hint and context: for administrators, who may see all of it.
pub fn describe(error: &tokio_postgres::Error) -> String {
    let Some(reported) = error.as_db_error() else { return explain(error) };
    let mut text = format!("{} ({})", reported.message(), reported.code().code());
    for (name, part) in [("detail", reported.detail()), ("hint", reported.hint()), ("context", reported.where_())] {
        if let Some(part) = part {
            text.push_str(&format!("\n  {name}: {part}"));
        }
    }
    text
}
