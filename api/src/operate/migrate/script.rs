//! One file of SQL.

use tokio_postgres::GenericClient;
use tokio_postgres::error::ErrorPosition;

use super::error::{MigrateError, describe};

/// A file's path, as in the repository, and what is in it.
#[derive(Debug)]
pub struct Script {
    pub file: String,
    pub text: String,
}

impl Script {
    /// Runs the file in the transaction that `client` is in. A failure names the line.
    pub async fn run(&self, client: &impl GenericClient) -> Result<(), MigrateError> {
        client.batch_execute(&self.text).await.map_err(|error| MigrateError::Script {
            file: self.file.clone(),
            line: self.line_of(&error),
            problem: describe(&error),
        })
    }

    fn line_of(&self, error: &tokio_postgres::Error) -> Option<usize> {
        let ErrorPosition::Original(position) = error.as_db_error()?.position()? else { return None };
        // The server counts characters, from 1.
        let before = self.text.chars().take(usize::try_from(*position).ok()?.saturating_sub(1));
        Some(1 + before.filter(|character| *character == '\n').count())
    }
}
