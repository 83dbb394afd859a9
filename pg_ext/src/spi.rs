//! Statements planned once per session and kept: unprepared ones cost four times as much.

use std::cell::Cell;
use std::marker::PhantomData;
use std::thread::LocalKey;

use pgrx::datum::DatumWithOid;
use pgrx::prelude::*;
use pgrx::spi::{OwnedPreparedStatement, SpiClient, SpiTupleTable};

use crate::failure::Outcome;
use crate::record::{Fields, Record, with_columns};
use crate::rows::{Layout, Rows};

/// How a statement sees the database.
#[derive(Clone, Copy)]
pub enum Sight {
    /// With the snapshot of the query that called the function: for functions declared STABLE.
    Callers,
    /// With a snapshot of its own, taken when it runs: for everything that writes, or reads after taking a lock.
    Fresh,
}

/// A statement, what its rows are read as, and, after its first use in a session, its plan.
pub struct Statement<R: 'static = ()> {
    sql: &'static str,
    args: &'static [pg_sys::BuiltinOid],
    sight: Sight,
    plan: &'static LocalKey<PlanCell>,
    record: PhantomData<fn() -> R>,
}

/// The plan lives as long as the session: freeing it at process exit would touch memory that Postgres has already given
/// back.
pub type PlanCell = Cell<Option<&'static Plan>>;

/// A prepared statement, and where in its rows the fields of its record are.
pub struct Plan {
    statement: OwnedPreparedStatement,
    layout: Layout,
}

impl<R: Fields> Statement<R> {
    pub const fn new(
        sql: &'static str,
        args: &'static [pg_sys::BuiltinOid],
        sight: Sight,
        plan: &'static LocalKey<PlanCell>,
    ) -> Self {
        Self { sql, args, sight, plan, record: PhantomData }
    }

    /// Runs it for what it does, and returns how many rows it touched.
    pub fn run(&self, client: &SpiClient<'_>, args: &[DatumWithOid<'_>]) -> Outcome<u64> {
        Ok(self.execute(client, args)?.1.len() as u64)
    }

    /// Runs it and says whether it returned any row.
    pub fn finds_any(&self, client: &SpiClient<'_>, args: &[DatumWithOid<'_>]) -> Outcome<bool> {
        Ok(!self.execute(client, args)?.1.is_empty())
    }

    pub(crate) fn execute<'c>(
        &self,
        client: &SpiClient<'c>,
        args: &[DatumWithOid<'_>],
    ) -> Outcome<(&'static Plan, SpiTupleTable<'c>)> {
        let plan = match self.plan.get() {
            Some(plan) => plan,
            None => self.prepare(client)?,
        };
        Ok((plan, client.select(&plan.statement, None, args)?))
    }

    fn prepare(&self, client: &SpiClient<'_>) -> Outcome<&'static Plan> {
        let sql = with_columns::<R>(self.sql);
        let types: Vec<PgOid> = self.args.iter().map(|arg| PgOid::BuiltIn(*arg)).collect();
        let prepared = match self.sight {
            Sight::Callers => client.prepare(&*sql, &types)?,
            Sight::Fresh => client.prepare_mut(&*sql, &types)?,
        };
        let plan = Box::leak(Box::new(Plan { statement: prepared.keep(), layout: Layout::default() }));
        self.plan.set(Some(plan));
        Ok(plan)
    }
}

impl<R: Record> Statement<R> {
    /// Runs it and returns all its rows.
    pub fn rows<'c>(&self, client: &SpiClient<'c>, args: &[DatumWithOid<'_>]) -> Outcome<Rows<'c, R>> {
        let (plan, table) = self.execute(client, args)?;
        Rows::new(table, &plan.layout)
    }

    /// Runs it and returns its first row.
    pub fn row(&self, client: &SpiClient<'_>, args: &[DatumWithOid<'_>]) -> Outcome<Option<R>> {
        self.rows(client, args)?.next().transpose()
    }
}

/// Declares statements, with the record that their rows are read as and the types of their arguments:
/// `statement! { fresh READ: BlockRow = "../sql/block_read.sql" (INT4OID, UUIDOID); }`. One that is only run, or only
/// asked whether there is a row, names no record.
#[macro_export]
macro_rules! statement {
    ($($sight:ident $name:ident $(: $record:ty)? = $file:literal ($($arg:ident),* $(,)?);)*) => {
        $(static $name: $crate::spi::Statement$(<$record>)? = {
            thread_local! { static PLAN: $crate::spi::PlanCell = const { std::cell::Cell::new(None) }; }
            $crate::spi::Statement::new(
                include_str!($file),
                &[$(pgrx::pg_sys::BuiltinOid::$arg),*],
                $crate::statement!(@$sight),
                &PLAN,
            )
        };)*
    };
    (@fresh) => { $crate::spi::Sight::Fresh };
    (@callers) => { $crate::spi::Sight::Callers };
}
