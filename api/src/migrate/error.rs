//! Why a database was not brought up to date.

use std::fmt;

use crate::database::{ConnectError, explain};

#[derive(Debug)]
pub enum MigrateError {
    Connect(ConnectError),
    /// The server, or whom we connect as, will not do. Says what to do.
    Unsuitable(String),
    /// A migration failed, or those applied are not those known here.
    Migration(String),
    /// A file of `sql/` or `jobs/` failed.
    Script {
        file: String,
        line: Option<usize>,
        problem: String,
    },
    Database(tokio_postgres::Error),
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => error.fmt(f),
            Self::Unsuitable(problem) | Self::Migration(problem) => f.write_str(problem),
            Self::Script { file, line: Some(line), problem } => write!(f, "{file}:{line}: {problem}"),
            Self::Script { file, line: None, problem } => write!(f, "{file}: {problem}"),
            Self::Database(error) => f.write_str(&describe(error)),
        }
    }
}

impl std::error::Error for MigrateError {}

impl From<ConnectError> for MigrateError {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}

impl From<tokio_postgres::Error> for MigrateError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
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
