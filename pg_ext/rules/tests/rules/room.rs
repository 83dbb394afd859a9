//! How much a mentor may offer.

use convene_rules::recurrence::Recurrence;
use convene_rules::refusal::Refusal;
use convene_rules::room::{self, BLOCKS_MOST, DAYS_OFF_MOST, OVERLAPPING_MOST};
use convene_rules::slots::Block;

use crate::given::{date, night, window};

fn block(recurrence: Recurrence, start: &str, zone: &str, hours: &str) -> Block {
    Block { window: window(zone, hours, 30), recurrence, start_date: date(start), until_date: None }
}

fn weekly(start: &str, hours: &str) -> Block {
    block(Recurrence::Weekly, start, "UTC", hours)
}

/// The day on which it would be too many.
fn refused_on(block: &Block, others: &[Block]) -> Option<String> {
    match room::beside_others(block, others, date("2026-11-25")) {
        Ok(()) => None,
        Err(Refusal::BlocksOverlap { most, day }) => {
            assert_eq!(most, OVERLAPPING_MOST);
            Some(day)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn four_blocks_may_be_at_one_time_and_not_five() {
    let monday = || weekly("2026-11-30", "09:00-12:00");
    assert_eq!(refused_on(&monday(), &[monday(), monday(), monday()]), None);
    let four = [monday(), monday(), monday(), monday()];
    assert_eq!(refused_on(&monday(), &four).as_deref(), Some("2026-11-30"));
    assert_eq!(refused_on(&weekly("2026-11-30", "12:00-13:00"), &four), None, "what touches does not overlap");
    assert_eq!(refused_on(&weekly("2026-12-01", "09:00-12:00"), &four), None, "another weekday");
}

#[test]
fn what_counts_is_how_many_there_are_at_once_not_how_many_there_are() {
    let others: Vec<Block> =
        (9..17).map(|hour| weekly("2026-11-30", &format!("{hour:02}:00-{}:00", hour + 1))).collect();
    let whole_day = || weekly("2026-11-30", "00:00-24:00");
    assert_eq!(refused_on(&whole_day(), &others), None);
    let crowded = [others, vec![whole_day(), whole_day(), whole_day()]].concat();
    assert_eq!(refused_on(&whole_day(), &crowded).as_deref(), Some("2026-11-30"));
    assert_eq!(refused_on(&weekly("2026-11-30", "17:00-24:00"), &crowded), None);
}

#[test]
fn an_overlap_that_comes_only_later_in_the_year_is_found() {
    let monday = weekly("2026-11-30", "09:00-12:00");
    let four = [monday.clone(), monday.clone(), monday.clone(), monday];
    // The 15th is a Monday first in February.
    let monthly = block(Recurrence::Monthly, "2026-12-15", "UTC", "10:00-11:00");
    assert_eq!(refused_on(&monthly, &four).as_deref(), Some("2027-02-15"));
    // What is over a year away may come.
    let next_year = Block { start_date: date("2028-01-03"), ..four[0].clone() };
    assert_eq!(refused_on(&four[0], &[next_year.clone(), next_year.clone(), next_year.clone(), next_year]), None);
}

#[test]
fn windows_of_other_zones_and_across_midnight_overlap_by_their_instants() {
    let honolulu = || block(Recurrence::Weekly, "2026-11-29", "Pacific/Honolulu", "23:00-24:00");
    // 23:00 in Honolulu is 9:00 UTC on the next day.
    let four = [honolulu(), honolulu(), honolulu(), honolulu()];
    assert_eq!(refused_on(&weekly("2026-11-30", "09:30-10:30"), &four).as_deref(), Some("2026-11-30"));
    assert_eq!(refused_on(&weekly("2026-11-30", "10:00-10:30"), &four), None);
    let sunday_night = Block { window: night("UTC", "22:00-09:10", 30), ..weekly("2026-11-29", "09:00-12:00") };
    assert_eq!(refused_on(&sunday_night, &four).as_deref(), Some("2026-11-29"));
}

#[test]
fn a_mentor_has_so_many_blocks_and_days_off_and_no_more() {
    let most = usize::try_from(BLOCKS_MOST).unwrap();
    assert_eq!(room::for_one_more_block(most - 1), Ok(()));
    assert_eq!(room::for_one_more_block(most), Err(Refusal::TooManyBlocks { most: BLOCKS_MOST }));
    assert_eq!(room::for_days_off(i64::from(DAYS_OFF_MOST)), Ok(()));
    let one_more = room::for_days_off(i64::from(DAYS_OFF_MOST) + 1);
    assert_eq!(one_more, Err(Refusal::TooManyDaysOff { most: DAYS_OFF_MOST }));
}
