//! What can go wrong in a function, and how Postgres is told.

use convene_rules::refusal::{Refusal, SqlState};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use pgrx::spi::SpiError;
use uuid::Uuid;

/// A rule said no, or something broke.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule's "no": raised with its code in DETAIL.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// The server interface failed.
    #[error(transparent)]
    Spi(#[from] SpiError),
    /// Another transaction came first; whoever tries again finds what it left.
    #[error("{0}")]
    Overtaken(&'static str),
    /// Another call may have to wait as long as those that wait already.
    #[error("as many calls as may already wait for this person")]
    Crowded { person: Uuid },
    /// A row is not what the tables promise.
    #[error("{0}")]
    Corrupt(String),
}

/// What functions return inside; [`answer`] turns it into what Postgres sees.
pub type Outcome<T> = Result<T, Failure>;

/// The value, or a Postgres error. The one place where refusals and faults leave the extension.
pub fn answer<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Ok(value) => value,
        Err(Failure::Refusal(refusal)) => raise(&refusal),
        Err(Failure::Overtaken(how)) => {
            ErrorReport::new(PgSqlErrorCode::ERRCODE_T_R_SERIALIZATION_FAILURE, how, "convene")
                .set_hint("Try again.")
                .report(PgLogLevel::ERROR);
            unreachable!("reporting an error does not return")
        }
        Err(ref crowded @ Failure::Crowded { person }) => {
            ErrorReport::new(PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE, crowded.to_string(), "convene")
                // Whoever waits with others waits in a queue of this person's.
                .set_detail(person.to_string())
                .set_hint("Try again.")
                .report(PgLogLevel::ERROR);
            unreachable!("reporting an error does not return")
        }
        Err(fault @ (Failure::Spi(_) | Failure::Corrupt(_))) => pgrx::error!("{fault}"),
    }
}

/// Raises a refusal: its message, its JSON as DETAIL, its advice as HINT.
pub fn raise(refusal: &Refusal) -> ! {
    let detail = serde_json::to_string(refusal).unwrap_or_default();
    ErrorReport::new(sqlstate(refusal.sqlstate()), refusal.to_string(), "convene")
        .set_detail(detail)
        .set_hint(refusal.hint())
        .report(PgLogLevel::ERROR);
    unreachable!("reporting an error does not return")
}

fn sqlstate(state: SqlState) -> PgSqlErrorCode {
    match state {
        SqlState::InvalidParameterValue => PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
        SqlState::UniqueViolation => PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION,
        SqlState::ExclusionViolation => PgSqlErrorCode::ERRCODE_EXCLUSION_VIOLATION,
        SqlState::InsufficientPrivilege => PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
        SqlState::RaiseException => PgSqlErrorCode::ERRCODE_RAISE_EXCEPTION,
        SqlState::NoDataFound => PgSqlErrorCode::ERRCODE_NO_DATA_FOUND,
    }
}

/// Runs a write and turns the violation of one kind of constraint into a refusal. The write is the last thing the
/// function does: after a caught error nothing but raising is sound.
pub fn refusing<T>(violated: PgSqlErrorCode, refusal: &Refusal, write: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    use std::panic::AssertUnwindSafe;
    PgTryBuilder::new(AssertUnwindSafe(write)).catch_when(violated, |_| raise(refusal)).execute()
}

/// Raises the refusal that SQL functions name: `convene.refuse('BOOKING_NOT_FOUND', '{"booking_id": "…"}')`.
#[pg_extern(stable, parallel_safe)]
fn refuse(p_code: Option<&str>, p_details: Option<pgrx::JsonB>) {
    let details = p_details.map_or_else(|| serde_json::json!({}), |details| details.0);
    let named = serde_json::json!({ "code": p_code, "details": details });
    match serde_json::from_value::<Refusal>(named) {
        Ok(refusal) => raise(&refusal),
        Err(error) => raise(&Refusal::invalid("code", format!("names no refusal with these details: {error}"))),
    }
}
