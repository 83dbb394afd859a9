//! The form of what functions in SQL make, for those functions. COMMENTs in finalize.sql.

use convene_rules::forms;
use convene_rules::refusal::Refusal;
use jiff::Timestamp;
use pgrx::prelude::*;

use crate::args;
use crate::failure::answer;
use crate::values::finite_timestamp;

/// Refuses everything that is wrong with a user who is to be added.
#[pg_extern(stable, parallel_safe)]
fn check_new_user(p_email: Option<&str>, p_name: Option<&str>, p_role: Option<&str>, p_time_zone: Option<&str>) {
    answer(forms::new_user(p_email, p_name, p_role, p_time_zone).map_err(Into::into));
}

/// Refuses everything that is wrong with an API key that is to be made.
#[pg_extern(stable, parallel_safe)]
fn check_new_api_key(
    p_name: Option<&str>,
    p_scopes: Option<Vec<Option<String>>>,
    p_expires_at: Option<TimestampWithTimeZone>,
    p_now: Option<TimestampWithTimeZone>,
) {
    let check = || {
        let now = args::time(p_now, "now")?;
        let never = || Refusal::invalid("expires_at", "must be in the future");
        let expires_at: Result<Option<Timestamp>, Refusal> =
            p_expires_at.map(|end| finite_timestamp(end).ok_or_else(never)).transpose();
        Ok(forms::new_api_key(p_name, p_scopes.as_deref(), expires_at, now)?)
    };
    answer(check());
}

/// Refuses everything that is wrong with a tag that is to be made.
#[pg_extern(stable, parallel_safe)]
fn check_new_tag(p_kind: Option<&str>, p_name: Option<&str>) {
    answer(forms::new_tag(p_kind, p_name).map_err(Into::into));
}

/// Refuses everything that is wrong with a subject of an outside issuer.
#[pg_extern(stable, parallel_safe)]
fn check_identity(p_issuer: Option<&str>, p_subject: Option<&str>) {
    answer(forms::identity(p_issuer, p_subject).map_err(Into::into));
}
