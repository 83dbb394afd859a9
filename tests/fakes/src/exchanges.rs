//! What callers and fakes say to each other: written down, for whoever compares it with what the providers publish.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use axum::body::{Body, Bytes, to_bytes};
use serde_json::{Value, json};

/// Names the directory to write to. Without it nothing is written down.
const DIRECTORY: &str = "CONVENE_TEST_EXCHANGES";

/// A file of this process, a line for each exchange.
static FILE: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let directory = std::env::var_os(DIRECTORY)?;
    let path = Path::new(&directory).join(format!("{}.jsonl", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(path).expect("a directory that can be written to");
    Some(Mutex::new(file))
});

pub(crate) fn are_kept() -> bool {
    FILE.is_some()
}

/// Writes an exchange down, with the name of the test.
pub(crate) fn keep(mut exchange: Value) {
    let Some(file) = FILE.as_ref() else { return };
    exchange["test"] = json!(std::thread::current().name());
    // In one piece, as other threads write too.
    let line = format!("{exchange}\n");
    file.lock().expect("nobody panics holding it").write_all(line.as_bytes()).expect("room on the disk");
}

/// A body that is read, and can be read again.
pub(crate) async fn read(body: Body) -> (Body, Bytes) {
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    (Body::from(bytes.clone()), bytes)
}

/// JSON as it is, anything else as text, nothing as `null`.
pub(crate) fn shown(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)))
}
