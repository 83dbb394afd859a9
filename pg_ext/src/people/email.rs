//! Email addresses, for functions in SQL.

use convene_rules::email;
use pgrx::prelude::*;

/// Whether a text looks like an email address. COMMENT in finalize.sql.
#[pg_extern(immutable, parallel_safe)]
fn is_email_address(p_text: Option<String>) -> Option<bool> {
    p_text.map(|text| email::is_address(&text))
}
