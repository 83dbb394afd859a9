//! How much one mentor may offer. Whoever makes, lists or searches slots looks through them, whoever made them.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::refusal::Refusal;
use crate::slots::Block;
use crate::timeline::{Span, Timeline};

/// Most blocks of a mentor, those that are switched off included.
pub const BLOCKS_MOST: i32 = 100;
/// Most blocks of a mentor at any one time: an hour may be offered online and in person, short and long.
pub const OVERLAPPING_MOST: i32 = 4;
/// Most days off of a mentor, those that have passed included.
pub const DAYS_OFF_MOST: i32 = 1_000;
/// For how long overlaps are looked for, from the first window on: no organization's slots are made further ahead.
const DAYS_LOOKED_AT: i32 = 366;

/// Refuses one block more than a mentor may have, who has so many.
pub fn for_one_more_block(blocks: usize) -> Result<(), Refusal> {
    if blocks < usize::try_from(BLOCKS_MOST).unwrap_or(usize::MAX) {
        return Ok(());
    }
    Err(Refusal::TooManyBlocks { most: BLOCKS_MOST })
}

/// Refuses days off beyond what a mentor may have.
pub fn for_days_off(days: i64) -> Result<(), Refusal> {
    if days <= i64::from(DAYS_OFF_MOST) { Ok(()) } else { Err(Refusal::TooManyDaysOff { most: DAYS_OFF_MOST }) }
}

/// Refuses a block that would overlap too many others of its mentor, and names the first day on which it would. Windows
/// from `today` on count, for a year.
pub fn beside_others(block: &Block, others: &[Block], today: Date) -> Result<(), Refusal> {
    let first = block.start_date.max(today);
    let last = first.saturating_add(DAYS_LOOKED_AT.days());
    // A window of another zone may start on another date and still overlap.
    let around = first.saturating_sub(2.days())..=last.saturating_add(2.days());
    let theirs = others.iter().flat_map(|other| other.windows(around.clone()));
    let theirs = Timeline::new(theirs.map(|(_, span)| (span, span)).collect());
    for (day, window) in block.windows(first..=last) {
        let beside: Vec<Span> = theirs.overlapping(window).copied().collect();
        // The most is reached where some window starts.
        let starts = beside.iter().map(|span| span.start.max(window.start));
        let most = starts.map(|start| beside.iter().filter(|span| span.start <= start && start < span.end).count());
        if most.max().unwrap_or(0) >= usize::try_from(OVERLAPPING_MOST).unwrap_or(usize::MAX) {
            return Err(Refusal::BlocksOverlap { most: OVERLAPPING_MOST, day: day.to_string() });
        }
    }
    Ok(())
}
