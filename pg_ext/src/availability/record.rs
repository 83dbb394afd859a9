//! A row of `availability_blocks` as the functions return it.

use convene_rules::block::BlockDraft;
use jiff::Timestamp;
use jiff::civil::Date;
use pgrx::iter::TableIterator;
use pgrx::prelude::*;
use uuid::Uuid;

use crate::failure::{Failure, Outcome};
use crate::spi::Row;
use crate::values::{pg_date, pg_timestamp, pg_uuid};

/// Declares SQL functions that change a block and return it, one row of built-in types.
#[macro_export]
macro_rules! returns_block {
    ($(#[$attribute:meta])* fn $name:ident($($args:tt)*) $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::type_complexity)] // pgrx reads the columns from this type
        fn $name($($args)*) -> pgrx::iter::TableIterator<'static, (
            pgrx::name!(id, pgrx::Uuid),
            pgrx::name!(mentor_id, pgrx::Uuid),
            pgrx::name!(recurrence, String),
            pgrx::name!(start_date, pgrx::datum::Date),
            pgrx::name!(until_date, Option<pgrx::datum::Date>),
            pgrx::name!(start_time, pgrx::datum::Time),
            pgrx::name!(end_time, pgrx::datum::Time),
            pgrx::name!(ends_next_day, bool),
            pgrx::name!(time_zone, String),
            pgrx::name!(slot_minutes, i32),
            pgrx::name!(buffer_minutes, i32),
            pgrx::name!(meeting_type, String),
            pgrx::name!(location_preset_id, Option<pgrx::Uuid>),
            pgrx::name!(location_custom, Option<String>),
            pgrx::name!(requires_confirmation, bool),
            pgrx::name!(is_active, bool),
            pgrx::name!(generated_until, Option<pgrx::datum::Date>),
            pgrx::name!(created_at, pgrx::datum::TimestampWithTimeZone),
            pgrx::name!(updated_at, pgrx::datum::TimestampWithTimeZone),
        )> {
            let outcome = (|| $body)();
            $crate::failure::answer(outcome.and_then($crate::availability::record::BlockRow::into_columns))
        }
    };
}

/// What people set, and what the database keeps beside it.
pub struct BlockRow {
    pub id: Uuid,
    pub mentor_id: Uuid,
    pub draft: BlockDraft,
    pub generated_until: Option<Date>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

type Columns = (
    pgrx::Uuid,
    pgrx::Uuid,
    String,
    pgrx::datum::Date,
    Option<pgrx::datum::Date>,
    Time,
    Time,
    bool,
    String,
    i32,
    i32,
    String,
    Option<pgrx::Uuid>,
    Option<String>,
    bool,
    bool,
    Option<pgrx::datum::Date>,
    TimestampWithTimeZone,
    TimestampWithTimeZone,
);

impl BlockRow {
    /// Reads id, mentor_id, the draft as JSON, generated_until, created_at, updated_at.
    pub fn read(row: &mut Row<'_>) -> Outcome<Self> {
        Ok(Self {
            id: row.id()?,
            mentor_id: row.id()?,
            draft: BlockDraft::from_json(&row.value::<pgrx::JsonB>()?.0, "UTC")?,
            generated_until: row.maybe_date()?,
            created_at: row.time()?,
            updated_at: row.time()?,
        })
    }

    pub fn into_columns(self) -> Outcome<TableIterator<'static, Columns>> {
        let draft = self.draft;
        Ok(TableIterator::once((
            pg_uuid(self.id),
            pg_uuid(self.mentor_id),
            draft.recurrence.as_str().to_owned(),
            pg_date(draft.start_date)?,
            draft.until_date.map(pg_date).transpose()?,
            pg_time(draft.start_time.minutes())?,
            pg_time(draft.end_time.minutes())?,
            draft.ends_next_day,
            draft.time_zone.name().to_owned(),
            draft.slot_minutes,
            draft.buffer_minutes,
            draft.meeting_type.as_str().to_owned(),
            draft.location_preset_id.map(pg_uuid),
            draft.location_custom,
            draft.requires_confirmation,
            draft.is_active,
            self.generated_until.map(pg_date).transpose()?,
            pg_timestamp(self.created_at)?,
            pg_timestamp(self.updated_at)?,
        )))
    }
}

fn pg_time(minutes: u16) -> Outcome<Time> {
    (i64::from(minutes) * 60_000_000)
        .try_into()
        .map_err(|_| Failure::Corrupt(format!("{minutes} minutes is no time of day")))
}
