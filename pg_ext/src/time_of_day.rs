//! A time of day as an argument of a function. pgrx's own type would make 24:00 midnight.

use convene_rules::refusal::Refusal;
use convene_rules::zone::WallTime;
use pgrx::callconv::{Arg, ArgAbi};
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};

use crate::failure::Outcome;

/// In microseconds, as Postgres counts times of day.
const MINUTE: i64 = 60_000_000;

/// 00:00 to 24:00, both included.
#[derive(Debug, Clone, Copy)]
pub struct TimeOfDay {
    microseconds: i64,
}

impl TimeOfDay {
    /// Refuses, under the argument's name, what is no whole minute.
    pub fn wall_time(self, name: &str) -> Outcome<WallTime> {
        if self.microseconds % MINUTE != 0 {
            return Err(Refusal::invalid(name, "must be whole minutes").into());
        }
        Ok(WallTime::from_minutes(name, i32::try_from(self.microseconds / MINUTE).unwrap_or(i32::MAX))?)
    }
}

// SAFETY: Postgres passes a `time` as the 64 bits of its microseconds.
unsafe impl<'fcx> ArgAbi<'fcx> for TimeOfDay {
    unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
        // SAFETY: as the caller promises.
        Self { microseconds: unsafe { i64::unbox_arg_unchecked(arg) } }
    }
}

// SAFETY: it is read from a `time`, and never returned.
unsafe impl SqlTranslatable for TimeOfDay {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(TimeOfDay);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> = Ok(SqlMappingRef::literal("time"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> = Ok(ReturnsRef::One(SqlMappingRef::literal("time")));
}
