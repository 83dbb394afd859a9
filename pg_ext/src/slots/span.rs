//! A block of `availability_blocks` as slots are made from it.

use std::collections::BTreeSet;

use convene_rules::recurrence::Recurrence;
use convene_rules::slots::{Block, Slot, Window, WindowParts};
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::failure::Outcome;
use crate::record;

record! {
    /// The row of a block `b` of the organization `o`.
    pub struct SpanRow {
        org_id: i32,
        id: Uuid,
        mentor_id: Uuid,
        now: Timestamp = "clock_timestamp()",
        slot_horizon_days: i32 = "o.slot_horizon_days",
        generated_until: Option<Date>,
        days_off: Vec<Date> = include_str!("../sql/block_days_off.sql"),
        recurrence: Recurrence,
        start_date: Date,
        until_date: Option<Date>,
        start_time: WallTime,
        end_time: WallTime,
        ends_next_day: bool,
        time_zone: Zone,
        slot_minutes: i32,
        buffer_minutes: i32,
    }
}

/// A block and the days of it that are to be made.
pub struct BlockSpan {
    pub org_id: i32,
    pub block_id: Uuid,
    pub mentor_id: Uuid,
    pub now: Timestamp,
    horizon_days: i32,
    generated_until: Option<Date>,
    days_off: BTreeSet<Date>,
    pub block: Block,
}

impl SpanRow {
    pub fn into_span(self) -> Outcome<BlockSpan> {
        let window = Window::new(WindowParts {
            start: self.start_time,
            end: self.end_time,
            ends_next_day: self.ends_next_day,
            zone: self.time_zone,
            slot_minutes: self.slot_minutes,
            buffer_minutes: self.buffer_minutes,
        })?;
        Ok(BlockSpan {
            org_id: self.org_id,
            block_id: self.id,
            mentor_id: self.mentor_id,
            now: self.now,
            horizon_days: self.slot_horizon_days,
            generated_until: self.generated_until,
            days_off: self.days_off.into_iter().collect(),
            block: Block {
                window,
                recurrence: self.recurrence,
                start_date: self.start_date,
                until_date: self.until_date,
            },
        })
    }
}

impl BlockSpan {
    /// The last day that must be made now, in the block's zone.
    pub fn horizon(&self) -> Date {
        let ahead = SignedDuration::from_hours(24 * i64::from(self.horizon_days));
        self.block.window.zone().date_at(self.now.saturating_add(ahead).unwrap_or(Timestamp::MAX))
    }

    /// The slots of the days not made yet that are still ahead.
    pub fn missing(&self) -> impl Iterator<Item = Slot> + '_ {
        let today = self.today();
        let first = match self.generated_until.and_then(|day| day.tomorrow().ok()) {
            Some(next) => next.max(today),
            None => today,
        };
        self.slots(first, self.horizon())
    }

    /// All slots up to the horizon that are still ahead.
    pub fn ahead(&self) -> impl Iterator<Item = Slot> + '_ {
        self.slots(self.today(), self.horizon())
    }

    /// All slots up to and including an instant that are still ahead.
    pub fn ahead_until(&self, until: Timestamp) -> impl Iterator<Item = Slot> + '_ {
        let last = self.block.window.zone().date_at(until);
        self.slots(self.today(), last).filter(move |slot| slot.start <= until)
    }

    /// In the block's zone.
    pub fn today(&self) -> Date {
        self.block.window.zone().date_at(self.now)
    }

    fn slots(&self, first: Date, last: Date) -> impl Iterator<Item = Slot> + '_ {
        self.block.slots(first..=last, &self.days_off).filter(|slot| slot.start > self.now)
    }
}
