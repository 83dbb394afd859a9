//! What windows yield, without storing anything.

use convene_rules::refusal::Refusal;
use convene_rules::slots::{Window, WindowParts};
use convene_rules::zone::Zone;
use jiff::Timestamp;
use pgrx::iter::SetOfIterator;
use pgrx::prelude::*;

use super::span::SpanRow;
use crate::failure::{Outcome, answer};
use crate::time_of_day::TimeOfDay;
use crate::values::{pg_timestamp, pg_uuid};
use crate::{args, statement};

statement! {
    callers BLOCK: SpanRow = "../sql/block_to_cut.sql" (UUIDOID);
}

/// Most slots one call yields; more would be a mistake in the arguments.
const MOST: usize = 100_000;

/// The starts of the slots of one window on one date. What is absent has the default of a block.
#[pg_extern(stable, parallel_safe)]
fn preview_slots(
    p_time_zone: Option<&str>,
    p_date: Option<Date>,
    p_start_time: Option<TimeOfDay>,
    p_end_time: Option<TimeOfDay>,
    p_slot_minutes: Option<i32>,
    p_buffer_minutes: default!(Option<i32>, "0"),
    p_ends_next_day: default!(Option<bool>, "false"),
) -> SetOfIterator<'static, TimestampWithTimeZone> {
    let starts = || {
        let parts = WindowParts {
            zone: Zone::iana(args::required(p_time_zone, "time_zone")?)?,
            start: args::required(p_start_time, "start_time")?.wall_time("start_time")?,
            end: args::required(p_end_time, "end_time")?.wall_time("end_time")?,
            ends_next_day: p_ends_next_day.unwrap_or(false),
            slot_minutes: args::required(p_slot_minutes, "slot_minutes")?,
            buffer_minutes: p_buffer_minutes.unwrap_or(0),
        };
        let date = args::date(p_date, "date")?;
        Window::new(parts)?.slots(date).map(|slot| pg_timestamp(slot.start)).collect::<Outcome<Vec<_>>>()
    };
    SetOfIterator::new(answer(starts()))
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
