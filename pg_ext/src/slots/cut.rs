//! A block as the rules know it, from a row of `availability_blocks`.

use convene_rules::recurrence::Recurrence;
use convene_rules::slots::{Block, Window, WindowParts};
use convene_rules::zone::{WallTime, Zone};

use crate::failure::Outcome;
use crate::spi::Row;

/// Reads the ten columns that say when: recurrence, start_date, until_date, start_time::text, end_time::text,
/// ends_next_day, time_zone::text, slot_minutes, buffer_minutes. Times travel as text because pgrx folds 24:00 to 0:00.
pub fn read_block(row: &mut Row<'_>) -> Outcome<Block> {
    let recurrence = Recurrence::parse(&row.value::<String>()?)?;
    let (start_date, until_date) = (row.date()?, row.maybe_date()?);
    let start = WallTime::parse("start_time", &row.value::<String>()?)?;
    let end = WallTime::parse("end_time", &row.value::<String>()?)?;
    let ends_next_day = row.value()?;
    let zone = Zone::iana(&row.value::<String>()?)?;
    let (slot_minutes, buffer_minutes) = (row.value()?, row.value()?);
    let window = Window::new(WindowParts { start, end, ends_next_day, zone, slot_minutes, buffer_minutes })?;
    Ok(Block { window, recurrence, start_date, until_date })
}
