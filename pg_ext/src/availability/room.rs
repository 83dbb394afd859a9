//! Whether there is room for a block beside what its mentor offers already. For whoever holds the mentor's row: two blocks
//! that come at once are looked at one after the other.

use convene_rules::room;
use convene_rules::slots::Block;
use pgrx::spi::SpiClient;

use super::record::BlockRow;
use crate::failure::Outcome;
use crate::slots::BlockSpan;
use crate::statement;
use crate::values::pg_uuid;

statement! {
    fresh OTHERS: BlockRow = "../sql/blocks_of_mentor.sql" (INT4OID, UUIDOID, UUIDOID);
}

/// Refuses a new block that is one too many, whether or not it is switched on.
pub fn for_new(client: &SpiClient<'_>, span: &BlockSpan) -> Outcome<()> {
    Ok(room::for_one_more_block(others(client, span)?.len())?)
}

/// Refuses a block that overlaps too many others that are switched on.
pub fn beside_others(client: &SpiClient<'_>, span: &BlockSpan) -> Outcome<()> {
    let others = others(client, span)?.into_iter().filter(BlockRow::is_active);
    let others: Vec<Block> = others.map(|other| Ok(other.into_draft().block()?)).collect::<Outcome<_>>()?;
    Ok(room::beside_others(&span.block, &others, span.today())?)
}

fn others(client: &SpiClient<'_>, span: &BlockSpan) -> Outcome<Vec<BlockRow>> {
    let key = [span.org_id.into(), pg_uuid(span.mentor_id).into(), pg_uuid(span.block_id).into()];
    OTHERS.rows(client, &key)?.collect()
}
