//! Makes the slots of blocks, up to the horizon, and only those that are not made yet.

use std::collections::BTreeSet;

use convene_rules::slots::{Block, Slot};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::cut::read_block;
use crate::failure::{Outcome, answer};
use crate::spi::Row;
use crate::values::{finite_date, pg_date, pg_timestamp, pg_uuid, pg_uuids};
use crate::{ids, jobs, statement};

statement! {
    fresh DUE_BLOCKS = "../sql/blocks_due.sql" (INT4OID, UUIDOID, INT4OID);
    fresh ONE_BLOCK = "../sql/block_span.sql" (INT4OID, UUIDOID);
    fresh INSERT_SLOTS = "../sql/slots_insert.sql" (
        INT4ARRAYOID, UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh MARK_GENERATED = "../sql/blocks_generated.sql" (INT4ARRAYOID, UUIDARRAYOID, DATEARRAYOID);
    fresh RETIRE_LOCK = "../sql/slots_retire_lock.sql" (INT4OID, UUIDOID);
    fresh RETIRE_DELETE = "../sql/slots_retire_delete.sql" (INT4OID, UUIDOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID);
    fresh RETIRE_KEEP = "../sql/slots_retire_keep.sql" (INT4OID, UUIDOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID);
    fresh REVIVE = "../sql/slots_revive.sql" (INT4OID, UUIDOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID);
}

/// Blocks made in one go: enough to be set-based, few enough to keep memory flat.
const BATCH: i32 = 500;

/// Makes what is missing for every block. Blocks that somebody is changing are passed over until the next run.
#[pg_extern(volatile, parallel_unsafe)]
fn generate_time_slots() -> pgrx::JsonB {
    answer(jobs::logged("generate_time_slots", || {
        let made = generate_all()?;
        let message = format!("generated {} slots for {} blocks", made.slots, made.blocks);
        Ok((message, serde_json::json!({ "slots_generated": made.slots, "blocks": made.blocks })))
    }))
}

/// How a run went.
#[derive(Default)]
struct Made {
    slots: u64,
    blocks: u64,
}

/// Makes what is missing for every block.
fn generate_all() -> Outcome<Made> {
    let mut made = Made::default();
    let mut last = (i32::MIN, Uuid::nil());
    // One connection to SPI for each batch: its memory goes back when it closes.
    while let Some((slots, blocks, next)) = Spi::connect(|client| generate_batch(client, last))? {
        made.slots += slots;
        made.blocks += blocks;
        last = next;
    }
    Ok(made)
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

impl BlockSpan {
    fn read(row: &mut Row<'_>) -> Outcome<Self> {
        Ok(Self {
            org_id: row.value()?,
            block_id: row.id()?,
            mentor_id: row.id()?,
            now: row.time()?,
            horizon_days: row.value()?,
            generated_until: row.maybe_date()?,
            days_off: row.value::<Vec<pgrx::datum::Date>>()?.into_iter().filter_map(finite_date).collect(),
            block: read_block(row)?,
        })
    }

    /// The last day that must be made now, in the block's zone.
    pub fn horizon(&self) -> Date {
        let ahead = SignedDuration::from_hours(24 * i64::from(self.horizon_days));
        self.block.window.zone().date_at(self.now.saturating_add(ahead).unwrap_or(Timestamp::MAX))
    }

    /// The slots of the days not made yet that are still ahead.
    fn missing(&self) -> impl Iterator<Item = Slot> + '_ {
        let today = self.block.window.zone().date_at(self.now);
        let first = match self.generated_until.and_then(|day| day.tomorrow().ok()) {
            Some(next) => next.max(today),
            None => today,
        };
        self.slots(first)
    }

    /// The slots from a day on that are still ahead.
    fn slots(&self, first: Date) -> impl Iterator<Item = Slot> + '_ {
        self.block.slots(first..=self.horizon(), &self.days_off).filter(|slot| slot.start > self.now)
    }

    /// The block, locked.
    pub fn lock(client: &SpiClient<'_>, org_id: i32, block_id: Uuid) -> Outcome<Option<Self>> {
        ONE_BLOCK
            .with(|block| block.row(client, &[org_id.into(), pg_uuid(block_id).into()]))?
            .map(|mut row| Self::read(&mut row))
            .transpose()
    }
}

type Batch = (u64, u64, (i32, Uuid));

fn generate_batch(client: &SpiClient<'_>, after: (i32, Uuid)) -> Outcome<Option<Batch>> {
    let args = [after.0.into(), pg_uuid(after.1).into(), BATCH.into()];
    let spans = DUE_BLOCKS
        .with(|due| due.rows(client, &args))?
        .map(|tuple| BlockSpan::read(&mut Row::new(tuple)))
        .collect::<Outcome<Vec<_>>>()?;
    let Some(last) = spans.last().map(|span| (span.org_id, span.block_id)) else { return Ok(None) };
    let slots = insert_slots(client, &spans)?;
    Ok(Some((slots, spans.len() as u64, last)))
}

/// Inserts what is missing of some locked blocks and remembers how far they are made.
pub fn insert_slots(client: &SpiClient<'_>, spans: &[BlockSpan]) -> Outcome<u64> {
    let mut rows = NewSlots::default();
    for span in spans {
        for slot in span.missing() {
            rows.push(span, &slot)?;
        }
    }
    let inserted = rows.insert(client)?;
    let orgs: Vec<i32> = spans.iter().map(|span| span.org_id).collect();
    let blocks: Vec<pgrx::Uuid> = spans.iter().map(|span| pg_uuid(span.block_id)).collect();
    let until = spans.iter().map(|span| pg_date(span.horizon())).collect::<Outcome<Vec<_>>>()?;
    MARK_GENERATED.with(|mark| mark.run(client, &[orgs.into(), blocks.into(), until.into()]))?;
    Ok(inserted)
}

/// Columns of slots to insert.
#[derive(Default)]
struct NewSlots {
    orgs: Vec<i32>,
    blocks: Vec<pgrx::Uuid>,
    mentors: Vec<pgrx::Uuid>,
    starts: Vec<TimestampWithTimeZone>,
    ends: Vec<TimestampWithTimeZone>,
}

impl NewSlots {
    fn push(&mut self, span: &BlockSpan, slot: &Slot) -> Outcome<()> {
        self.orgs.push(span.org_id);
        self.blocks.push(pg_uuid(span.block_id));
        self.mentors.push(pg_uuid(span.mentor_id));
        self.starts.push(pg_timestamp(slot.start)?);
        self.ends.push(pg_timestamp(slot.end)?);
        Ok(())
    }

    fn insert(self, client: &SpiClient<'_>) -> Outcome<u64> {
        if self.orgs.is_empty() {
            return Ok(0);
        }
        let ids: Vec<Uuid> = ids::many(self.orgs.len())?.collect();
        let args = [
            self.orgs.into(),
            pg_uuids(&ids).into(),
            self.blocks.into(),
            self.mentors.into(),
            self.starts.into(),
            self.ends.into(),
        ];
        INSERT_SLOTS.with(|insert| insert.run(client, &args))
    }
}

/// How making a changed block's slots anew went.
pub struct Regenerated {
    pub removed: u64,
    pub added: u64,
}

/// Takes back the future slots that a locked block no longer yields and makes those it now does; one that it yields
/// before and after keeps its id. Booked slots stay booked; one that the block no longer yields is not offered again
/// when its booking ends.
pub fn regenerate(client: &SpiClient<'_>, span: &BlockSpan, offered: bool) -> Outcome<Regenerated> {
    let mut rows = NewSlots::default();
    if offered {
        let today = span.block.window.zone().date_at(span.now);
        for slot in span.slots(today) {
            rows.push(span, &slot)?;
        }
    }
    let (starts, ends) = (rows.starts.clone(), rows.ends.clone());
    let cut = || [span.org_id.into(), pg_uuid(span.block_id).into(), starts.clone().into(), ends.clone().into()];
    // In the order of ids, as everything that takes several slots does.
    RETIRE_LOCK.with(|lock| lock.run(client, &cut()[..2]))?;
    let removed = RETIRE_DELETE.with(|retire| retire.run(client, &cut()))?
        + RETIRE_KEEP.with(|retire| retire.run(client, &cut()))?;
    if !offered {
        return Ok(Regenerated { removed, added: 0 });
    }
    let revived = REVIVE.with(|statement| statement.run(client, &cut()))?;
    let inserted = rows.insert(client)?;
    let until = [vec![span.org_id].into(), vec![pg_uuid(span.block_id)].into(), vec![pg_date(span.horizon())?].into()];
    MARK_GENERATED.with(|mark| mark.run(client, &until))?;
    Ok(Regenerated { removed, added: inserted + revived })
}
