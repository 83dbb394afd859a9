//! What holds for all slots of all windows.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use convene_rules::slots::{Block, Slot, Window, WindowParts};
use convene_rules::zone::WallTime;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::given::{any_block_and_range, any_window_and_date, days_after};

fn minutes(minutes: i32) -> SignedDuration {
    SignedDuration::from_mins(minutes.into())
}

fn cut(parts: &WindowParts, date: Date) -> Vec<Slot> {
    Window::new(parts.clone()).unwrap().slots(date).collect()
}

fn slots(block: &Block, range: RangeInclusive<Date>) -> Vec<Slot> {
    block.slots(range, &BTreeSet::new()).collect()
}

/// The date and time at which a window opens and closes, as clocks show them.
fn opening_hours(parts: &WindowParts, date: Date) -> (DateTime, DateTime) {
    let on = |date: Date, time: WallTime| date.at(0, 0, 0, 0) + minutes(time.minutes().into());
    let last_date = if parts.ends_next_day { date.tomorrow().unwrap() } else { date };
    (on(date, parts.start), on(last_date, parts.end))
}

/// Whether clocks show this instant's time for the second time.
fn is_second_pass(rules: &TimeZone, instant: Timestamp) -> bool {
    match rules.to_ambiguous_timestamp(rules.to_datetime(instant)).offset() {
        AmbiguousOffset::Fold { after, .. } => rules.to_offset(instant) == after,
        _ => false,
    }
}

proptest! {
    #[test]
    fn slots_come_in_order_and_never_overlap((block, range) in any_block_and_range()) {
        for pair in slots(&block, range).windows(2) {
            prop_assert!(pair[0].end <= pair[1].start);
        }
    }

    #[test]
    fn slots_have_exactly_their_length_and_distance_in_absolute_time((parts, date) in any_window_and_date()) {
        let slots = cut(&parts, date);
        for slot in &slots {
            prop_assert_eq!(slot.end.duration_since(slot.start), minutes(parts.slot_minutes));
        }
        for pair in slots.windows(2) {
            prop_assert_eq!(pair[1].start.duration_since(pair[0].end), minutes(parts.buffer_minutes));
        }
    }

    #[test]
    fn slots_begin_with_their_window_and_stay_in_it_until_no_other_fits((parts, date) in any_window_and_date()) {
        let slots = cut(&parts, date);
        match Window::new(parts.clone()).unwrap().bounds(date).unwrap() {
            None => prop_assert!(slots.is_empty()),
            Some((start, end)) => {
                prop_assert!(slots.first().is_none_or(|first| first.start == start));
                prop_assert!(slots.last().is_none_or(|last| last.end <= end));
                let next_start = slots.last().map_or(start, |last| last.end + minutes(parts.buffer_minutes));
                prop_assert!(next_start + minutes(parts.slot_minutes) > end);
            }
        }
    }

    /// Where clocks fall back within a window, some of its instants show wall times of before its start. They do so for
    /// the second time: the first pass was before the window. No instant shows the window's end or later.
    #[test]
    fn every_instants_wall_time_lies_in_its_window_but_for_the_second_pass_of_a_fold(
        (parts, date) in any_window_and_date(),
    ) {
        let rules = TimeZone::get(parts.zone.name()).unwrap();
        let (opens, closes) = opening_hours(&parts, date);
        for slot in cut(&parts, date) {
            for instant in [slot.start, slot.start + minutes(parts.slot_minutes) / 2, slot.end - SignedDuration::from_secs(1)] {
                let shown = rules.to_datetime(instant);
                prop_assert!(shown < closes, "{} shows {}", instant, shown);
                prop_assert!(opens <= shown || is_second_pass(&rules, instant), "{} shows {}", instant, shown);
            }
        }
    }

    #[test]
    fn the_slots_of_a_range_are_those_of_its_dates_one_by_one((block, range) in any_block_and_range()) {
        let (from, to) = range.clone().into_inner();
        let days = (0..).map(|days| days_after(from, days)).take_while(|day| *day <= to);
        let one_by_one: Vec<_> = days.flat_map(|day| slots(&block, day..=day)).collect();
        prop_assert_eq!(slots(&block, range), one_by_one);
    }

    #[test]
    fn generating_again_yields_nothing_new(
        (block, range) in any_block_and_range(),
        (earlier, later) in (0..60_i32, 0..60_i32),
    ) {
        let (from, to) = range.clone().into_inner();
        let known: BTreeSet<_> = slots(&block, days_after(from, -earlier)..=days_after(to, later)).into_iter().collect();
        prop_assert!(slots(&block, range).iter().all(|slot| known.contains(slot)));
    }

    #[test]
    fn generating_in_two_steps_yields_what_one_step_does((block, range) in any_block_and_range(), share in 0..100_i32) {
        let (from, to) = range.clone().into_inner();
        prop_assume!(from <= to);
        let pause = days_after(from, share).min(to);
        let mut stepwise = slots(&block, from..=pause);
        stepwise.extend(slots(&block, days_after(pause, 1)..=to));
        prop_assert_eq!(stepwise, slots(&block, range));
    }

    #[test]
    fn days_off_remove_the_slots_of_their_dates_and_no_others(
        (block, range) in any_block_and_range(),
        days in prop::collection::btree_set(0..90_i32, 0..20),
    ) {
        let days_off: BTreeSet<_> = days.into_iter().map(|days| days_after(*range.start(), days)).collect();
        let kept = block.slots(range.clone(), &days_off);
        let off = days_off.iter().filter(|day| range.contains(day)).flat_map(|day| slots(&block, *day..=*day));
        let both: BTreeSet<_> = kept.chain(off).collect();
        prop_assert_eq!(both.into_iter().collect::<Vec<_>>(), slots(&block, range));
    }
}
