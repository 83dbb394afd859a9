//! Whether a transaction that keeps one snapshot may decide on it.
//!
//! Under REPEATABLE READ and SERIALIZABLE every statement sees the database as it was when the transaction began, also
//! after it waited for a lock. Whoever held the lock before may have worked under READ COMMITTED, and have left no mark on
//! the locked row that Postgres would notice.

use std::cell::Cell;
use std::ffi::CString;
use std::ptr::{null, null_mut};

use jiff::Timestamp;
use pgrx::pg_sys;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::values::{pg_timestamp, pg_uuids};
use crate::{record, statement};

statement! {
    fresh SEEN: BookingSeen = "sql/bookings_seen.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    struct BookingSeen {
        id: Uuid,
        updated_at: Timestamp,
    }
}

/// Whether this transaction sees the database as it was when it began.
pub fn is_kept() -> bool {
    // SAFETY: reads a variable of this backend, which has one thread.
    unsafe { pg_sys::XactIsoLevel >= pg_sys::XACT_REPEATABLE_READ as i32 }
}

/// Refuses, so that the caller begins anew, when bookings of these people are not what this transaction sees. The people
/// are locked: nothing changes any more.
pub fn require_current(client: &SpiClient<'_>, org_id: i32, people: &[Uuid]) -> Outcome<()> {
    let seen = SEEN.rows(client, &[org_id.into(), pg_uuids(people).into()])?;
    let seen: Vec<BookingSeen> = seen.collect::<Outcome<_>>()?;
    let ids: Vec<Uuid> = seen.iter().map(|booking| booking.id).collect();
    let times: Vec<TimestampWithTimeZone> =
        seen.iter().map(|booking| pg_timestamp(booking.updated_at)).collect::<Outcome<_>>()?;
    let args = [org_id.into_datum(), pg_uuids(people).into_datum(), pg_uuids(&ids).into_datum(), times.into_datum()];
    if finds_any_committed(client, args.map(|arg| arg.unwrap_or_else(pg_sys::Datum::null)))? {
        return Err(Failure::Overtaken("a booking changed since this transaction began"));
    }
    Ok(())
}

thread_local! {
    static CHANGED: Cell<pg_sys::SPIPlanPtr> = const { Cell::new(null_mut()) };
}

/// Whether `bookings_changed.sql` finds a row among all that is committed by now. Postgres looks up foreign keys in the
/// same way. pgrx has no call for it.
fn finds_any_committed(_connected: &SpiClient<'_>, mut args: [pg_sys::Datum; 4]) -> Outcome<bool> {
    let failed = |what: i32| Failure::Corrupt(format!("looking for changed bookings failed with {what}"));
    if CHANGED.get().is_null() {
        CHANGED.set(prepare().ok_or_else(|| failed(0))?);
    }
    // SAFETY: there is a connection to SPI, the plan is kept, and takes arguments of these types, none of them NULL.
    // Postgres copies the snapshot.
    let status = unsafe {
        let latest = pg_sys::GetLatestSnapshot();
        pg_sys::SPI_execute_snapshot(CHANGED.get(), args.as_mut_ptr(), null(), latest, null_mut(), true, false, 1)
    };
    if status != pg_sys::SPI_OK_SELECT as i32 {
        return Err(failed(status));
    }
    // SAFETY: reads a variable of this backend, which has one thread.
    Ok(unsafe { pg_sys::SPI_processed } > 0)
}

fn prepare() -> Option<pg_sys::SPIPlanPtr> {
    let sql = CString::new(include_str!("sql/bookings_changed.sql")).ok()?;
    let mut types = [pg_sys::INT4OID, pg_sys::UUIDARRAYOID, pg_sys::UUIDARRAYOID, pg_sys::TIMESTAMPTZARRAYOID];
    // SAFETY: there is a connection to SPI; a plan that is kept outlives it.
    unsafe {
        let plan = pg_sys::SPI_prepare(sql.as_ptr(), types.len() as i32, types.as_mut_ptr());
        (!plan.is_null() && pg_sys::SPI_keepplan(plan) == 0).then_some(plan)
    }
}
