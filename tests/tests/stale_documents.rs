//! `scripts/docs --stale`, which `make lint` runs first: what it sees, and what it cannot see.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::surroundings::root;

/// A copy of the checkout in which all documents are up to date. It goes with this value.
struct Checkout(PathBuf);

impl Checkout {
    fn new(name: &str) -> Self {
        let copy = std::env::temp_dir().join(format!("convene-checkout-{}-{name}", std::process::id()));
        fs::create_dir_all(&copy).unwrap();
        let parts = ["README.md", "api", "docs", "jobs", "migrations", "pg_ext", "scripts", "sql", "tests"];
        let copied = Command::new("cp").arg("-r").args(parts).arg(&copy).current_dir(root()).status().unwrap();
        assert!(copied.success());
        let checkout = Self(copy);
        let hashes = checkout.docs("--hashes");
        assert!(hashes.status.success(), "{hashes:?}");
        fs::write(checkout.0.join("docs/generated.sha256"), hashes.stdout).unwrap();
        checkout
    }

    fn docs(&self, option: &str) -> Output {
        Command::new(self.0.join("scripts/docs")).arg(option).output().unwrap()
    }

    /// What is reported, a line for each file under a line that says why; nothing when all is well.
    fn stale(&self) -> Vec<String> {
        let output = self.docs("--stale");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), said.is_empty(), "{said}");
        said.lines().filter(|line| !line.contains("Run make docs")).map(|line| line.trim().to_owned()).collect()
    }

    /// Edits a file, looks what is reported, and takes the edit back.
    fn stale_with(&self, file: &str, before: &str, after: &str) -> Vec<String> {
        let path: &Path = &self.0.join(file);
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(before), "{file} has no {before}");
        fs::write(path, text.replace(before, after)).unwrap();
        let stale = self.stale();
        fs::write(path, text).unwrap();
        stale
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn documents_whose_sources_changed_or_that_were_edited_by_hand_are_named() {
    const CHANGED: &str = "==> Made from something that has changed since:";
    const EDITED: &str = "==> Generated parts or examples that were edited by hand:";
    let checkout = Checkout::new("changed");
    assert_eq!(checkout.stale(), [] as [&str; 0]);

    for (file, before, after, why, document) in [
        ("sql/functions/create_user.sql", "'Makes a user.", "'Makes somebody.", CHANGED, "docs/sql.md"),
        ("sql/functions/create_user.sql", "p_name      text,", "p_name      varchar,", CHANGED, "docs/sql.md"),
        (
            "pg_ext/src/booking/create.rs",
            "p_meeting_goal: Option<String>",
            "p_goal: Option<String>",
            CHANGED,
            "docs/sql.md",
        ),
        ("pg_ext/sql/finalize.sql", "Books a slot", "Takes a slot", CHANGED, "docs/sql.md"),
        ("migrations/V2__people.sql", "DEFAULT 'UTC'", "DEFAULT 'GMT'", CHANGED, "sql/schema.sql"),
        ("pg_ext/rules/src/refusal/hint.rs", "Book as a mentee.", "Be a mentee.", CHANGED, "docs/refusals.md"),
        ("api/src/config/settings.rs", "Longest statement", "Longest query", CHANGED, "docs/operations.md"),
        ("api/src/answer/routes/bookings/create.rs", "/// Book a slot", "/// Take a slot", CHANGED, "docs/http.md"),
        (
            "api/src/answer/routes/bookings/mod.rs",
            "auth::MENTEES, routes!(create",
            "auth::ALL, routes!(create",
            CHANGED,
            "docs/http.md",
        ),
        ("README.md", "{\"rating\":5}\n", "{\"rating\":4}\n", EDITED, "README.md"),
        ("docs/operations.md", "| `CONVENE_HTTP` |", "| `CONVENE_HTTPS` |", EDITED, "docs/operations.md"),
    ] {
        assert_eq!(checkout.stale_with(file, before, after), [why, document], "{file}: {after}");
    }
}

#[test]
fn bodies_of_functions_and_prose_make_no_document_stale() {
    let checkout = Checkout::new("same");

    for (file, before, after) in [
        ("sql/functions/create_user.sql", "'names no organization'", "'is unknown'"),
        ("pg_ext/src/booking/create.rs", "let minutes = ", "let many_minutes = "),
        ("README.md", "No double booking.", "Never a double booking."),
    ] {
        assert_eq!(checkout.stale_with(file, before, after), [] as [&str; 0], "{file}: {after}");
    }
}
