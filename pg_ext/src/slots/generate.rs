//! Makes the slots of blocks, up to the horizon, and only those that are not made yet.

use convene_rules::slots::Slot;
use pgrx::prelude::*;
use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::span::{BlockSpan, SpanRow};
use crate::failure::{Outcome, answer};
use crate::values::{pg_date, pg_timestamp, pg_uuid, pg_uuids};
use crate::{ids, jobs, record, statement};

statement! {
    fresh DUE_BLOCKS: SpanRow = "../sql/blocks_due.sql" (INT4OID, UUIDOID, INT4OID);
    fresh ONE_BLOCK: SpanRow = "../sql/block_span.sql" (INT4OID, UUIDOID);
    fresh INSERT_SLOTS = "../sql/slots_insert.sql" (
        INT4ARRAYOID, UUIDARRAYOID, UUIDARRAYOID, UUIDARRAYOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh MARK_GENERATED = "../sql/blocks_generated.sql" (INT4ARRAYOID, UUIDARRAYOID, DATEARRAYOID);
    fresh RETIRE_LOCK = "../sql/slots_retire_lock.sql" (INT4OID, UUIDOID);
    fresh RETIRE_DELETE: Retired = "../sql/slots_retire_delete.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
    fresh RETIRE_KEEP: Retired = "../sql/slots_retire_keep.sql" (
        INT4OID, UUIDOID, TIMESTAMPTZARRAYOID, TIMESTAMPTZARRAYOID,
    );
}

record! {
    /// How many of the slots that are no longer offered could have been booked.
    struct Retired {
        free: i64,
    }
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

/// The block, locked.
pub fn lock_block(client: &SpiClient<'_>, org_id: i32, block_id: Uuid) -> Outcome<Option<BlockSpan>> {
    ONE_BLOCK.row(client, &[org_id.into(), pg_uuid(block_id).into()])?.map(SpanRow::into_span).transpose()
}

type Batch = (u64, u64, (i32, Uuid));

fn generate_batch(client: &SpiClient<'_>, after: (i32, Uuid)) -> Outcome<Option<Batch>> {
    let args = [after.0.into(), pg_uuid(after.1).into(), BATCH.into()];
    let spans: Vec<BlockSpan> = DUE_BLOCKS.rows(client, &args)?.map(|row| row?.into_span()).collect::<Outcome<_>>()?;
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
    MARK_GENERATED.run(client, &[orgs.into(), blocks.into(), until.into()])?;
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
        let ids: Vec<Uuid> = ids::one_each(&self.orgs)?.collect();
        let args = [
            self.orgs.into(),
            pg_uuids(&ids).into(),
            self.blocks.into(),
            self.mentors.into(),
            self.starts.into(),
            self.ends.into(),
        ];
        INSERT_SLOTS.run(client, &args)
    }
}

/// How making a changed block's slots anew went.
pub struct Regenerated {
    /// Slots that could have been booked, and no longer are offered.
    pub removed: u64,
    pub added: u64,
}

/// Takes back the future slots that a locked block no longer yields and makes those it now does; one that it yields
/// before and after keeps its id. Booked slots stay booked; one that the block no longer yields is not offered again
/// when its booking ends: what the block yields in its place is.
pub fn regenerate(client: &SpiClient<'_>, span: &BlockSpan, offered: bool) -> Outcome<Regenerated> {
    let mut rows = NewSlots::default();
    if offered {
        for slot in span.ahead() {
            rows.push(span, &slot)?;
        }
    }
    let (starts, ends) = (rows.starts.clone(), rows.ends.clone());
    let cut = || [span.org_id.into(), pg_uuid(span.block_id).into(), starts.clone().into(), ends.clone().into()];
    // In the order of ids, as everything that takes several slots does.
    RETIRE_LOCK.run(client, &cut()[..2])?;
    let mut removed = 0;
    for statement in [&RETIRE_DELETE, &RETIRE_KEEP] {
        removed += statement.row(client, &cut())?.map_or(0, |retired| retired.free.unsigned_abs());
    }
    if !offered {
        return Ok(Regenerated { removed, added: 0 });
    }
    let added = rows.insert(client)?;
    let until = [vec![span.org_id].into(), vec![pg_uuid(span.block_id)].into(), vec![pg_date(span.horizon())?].into()];
    MARK_GENERATED.run(client, &until)?;
    Ok(Regenerated { removed, added })
}
