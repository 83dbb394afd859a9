//! Statements planned once per session and kept: unprepared ones cost four times as much.

use std::cell::OnceCell;
use std::mem::ManuallyDrop;

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::{OwnedPreparedStatement, SpiClient, SpiHeapTupleData, SpiTupleTable};

use crate::failure::{Failure, Outcome};

/// How a statement sees the database.
#[derive(Clone, Copy)]
pub enum Sight {
    /// With the snapshot of the query that called the function: for functions declared STABLE.
    Callers,
    /// With a snapshot of its own, taken when it runs: for everything that writes, or reads after taking a lock.
    Fresh,
}

/// A statement and, after its first use, its kept plan. The plan lives as long as the session; dropping it at
/// process exit would touch memory that Postgres has already given back.
pub struct Statement {
    sql: &'static str,
    args: &'static [pg_sys::BuiltinOid],
    sight: Sight,
    plan: OnceCell<ManuallyDrop<OwnedPreparedStatement>>,
}

impl Statement {
    pub const fn new(sql: &'static str, args: &'static [pg_sys::BuiltinOid], sight: Sight) -> Self {
        Self { sql, args, sight, plan: OnceCell::new() }
    }

    /// Runs it and returns all its rows.
    pub fn rows<'c>(&self, client: &SpiClient<'c>, args: &[DatumWithOid<'_>]) -> Outcome<SpiTupleTable<'c>> {
        let plan = match self.plan.get() {
            Some(plan) => plan,
            None => {
                let types: Vec<PgOid> = self.args.iter().map(|arg| PgOid::BuiltIn(*arg)).collect();
                let prepared = match self.sight {
                    Sight::Callers => client.prepare(self.sql, &types)?,
                    Sight::Fresh => client.prepare_mut(self.sql, &types)?,
                };
                let kept = ManuallyDrop::new(prepared.keep());
                self.plan.get_or_init(|| kept)
            }
        };
        Ok(client.select(&**plan, None, args)?)
    }

    /// Runs it and returns its first row.
    pub fn row<'c>(&self, client: &SpiClient<'c>, args: &[DatumWithOid<'_>]) -> Outcome<Option<Row<'c>>> {
        Ok(self.rows(client, args)?.next().map(Row::new))
    }

    /// Runs it for what it does, and returns how many rows it touched.
    pub fn run(&self, client: &SpiClient<'_>, args: &[DatumWithOid<'_>]) -> Outcome<u64> {
        Ok(self.rows(client, args)?.len() as u64)
    }
}

/// Declares statements: `statement! { fresh LOCK_USERS = "sql/lock_users.sql" (INT4OID, UUIDARRAYOID); }`.
#[macro_export]
macro_rules! statement {
    ($($sight:ident $name:ident = $file:literal ($($arg:ident),* $(,)?);)*) => {
        thread_local! {
            $(static $name: $crate::spi::Statement = const {
                $crate::spi::Statement::new(
                    include_str!($file),
                    &[$(pgrx::pg_sys::BuiltinOid::$arg),*],
                    $crate::statement!(@$sight),
                )
            };)*
        }
    };
    (@fresh) => { $crate::spi::Sight::Fresh };
    (@callers) => { $crate::spi::Sight::Callers };
}

/// One row, read column by column in the order of the SELECT list.
pub struct Row<'c> {
    tuple: SpiHeapTupleData<'c>,
    read: usize,
}

impl<'c> Row<'c> {
    pub fn new(tuple: SpiHeapTupleData<'c>) -> Self {
        Self { tuple, read: 0 }
    }

    /// The next column, which may be NULL.
    pub fn maybe<T: FromDatum + IntoDatum>(&mut self) -> Outcome<Option<T>> {
        self.read += 1;
        Ok(self.tuple.get::<T>(self.read)?)
    }

    /// The next column, which may not.
    pub fn value<T: FromDatum + IntoDatum>(&mut self) -> Outcome<T> {
        self.maybe()?.ok_or_else(|| Failure::Corrupt(format!("column {} is unexpectedly NULL", self.read)))
    }
}
