//! What windows yield, without storing anything.

use convene_rules::refusal::Refusal;
use convene_rules::slots::{Window, WindowParts};
use convene_rules::zone::{WallTime, Zone};
use jiff::Timestamp;
use pgrx::iter::SetOfIterator;
use pgrx::prelude::*;

use super::span::SpanRow;
use crate::failure::{Outcome, answer};
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, statement};

statement! {
    callers BLOCK: SpanRow = "../sql/block_to_cut.sql" (UUIDOID);
}

/// Most slots one call yields; more would be a mistake in the arguments.
const MOST: usize = 100_000;

/// The starts of the slots of one window on one date.
#[pg_extern(stable, parallel_safe)]
fn preview_slots(
    p_time_zone: Option<&str>,
    p_date: Option<Date>,
    p_start: Option<Time>,
    p_end: Option<Time>,
    p_slot_minutes: Option<i32>,
    p_buffer_minutes: Option<i32>,
) -> SetOfIterator<'static, TimestampWithTimeZone> {
    let starts = || {
        let zone = Zone::iana(args::required(p_time_zone, "time_zone")?)?;
        let date = args::date(p_date, "date")?;
        let start = wall_time(args::required(p_start, "start")?, "start")?;
        let end = match wall_time(args::required(p_end, "end")?, "end")? {
            // A window within one date can only end at the midnight that ends it.
            midnight if midnight.minutes() == 0 => WallTime::END_OF_DAY,
            end => end,
        };
        let slot_minutes = args::required(p_slot_minutes, "slot_minutes")?;
        let buffer_minutes = args::required(p_buffer_minutes, "buffer_minutes")?;
        let parts = WindowParts { start, end, ends_next_day: false, zone, slot_minutes, buffer_minutes };
        Window::new(parts)?.slots(date).map(|slot| pg_timestamp(slot.start)).collect::<Outcome<Vec<_>>>()
    };
    SetOfIterator::new(answer(starts()))
}

fn wall_time(time: Time, name: &str) -> Outcome<WallTime> {
    let micros = time.into_inner();
    if micros % 60_000_000 != 0 {
        return Err(Refusal::invalid(name, "must be whole minutes").into());
    }
    Ok(WallTime::from_minutes(name, i32::try_from(micros / 60_000_000).unwrap_or(i32::MAX))?)
}

/// The starts that a block yields from now on, up to and including an instant.
#[pg_extern(stable, parallel_unsafe)]
fn generate_slot_instances(
    p_block_id: Option<pgrx::Uuid>,
    p_until: Option<TimestampWithTimeZone>,
) -> SetOfIterator<'static, TimestampWithTimeZone> {
    let starts = || {
        let (block_id, until) = (args::id(p_block_id, "block_id")?, args::time(p_until, "until")?);
        Spi::connect(|client| {
            let row = BLOCK.row(client, &[pg_uuid(block_id).into()])?;
            let span = row.ok_or(Refusal::BlockNotFound { block_id })?.into_span()?;
            let starts: Vec<Timestamp> = span.ahead_until(until).map(|slot| slot.start).take(MOST + 1).collect();
            if starts.len() > MOST {
                return Err(Refusal::invalid("until", "is too far ahead").into());
            }
            starts.into_iter().map(pg_timestamp).collect::<Outcome<Vec<_>>>()
        })
    };
    SetOfIterator::new(answer(starts()))
}
