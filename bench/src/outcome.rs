//! What steps return, and how they tell what they are doing.

/// A benchmark stops at the first thing that goes wrong: its message is all anybody needs.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Progress, on standard error: standard output has the table alone.
pub fn say(what: &str) {
    eprintln!("==> {what}");
}

/// The words of Postgres, which `tokio_postgres::Error` keeps to itself.
pub fn explain(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(reported) => format!("{}: {} {}", reported.code().code(), reported, reported.detail().unwrap_or_default()),
        None => error.to_string(),
    }
}
