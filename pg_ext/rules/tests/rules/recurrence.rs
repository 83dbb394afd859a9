use convene_rules::recurrence::{Recurrence, occurrences};
use jiff::civil::Date;
use proptest::prelude::*;
use strum::VariantArray;

use crate::given::{any_date, any_recurrence, date, days_after, refused_field};

fn dates(recurrence: Recurrence, start: &str, until: Option<&str>, from: &str, to: &str) -> Vec<String> {
    occurrences(recurrence, date(start), until.map(date), date(from)..=date(to)).map(|day| day.to_string()).collect()
}

#[test]
fn one_time_is_the_start_date() {
    assert_eq!(dates(Recurrence::OneTime, "2026-05-04", None, "2026-01-01", "2027-01-01"), ["2026-05-04"]);
    assert!(dates(Recurrence::OneTime, "2026-05-04", None, "2026-05-05", "2027-01-01").is_empty());
    assert!(dates(Recurrence::OneTime, "2026-05-04", Some("2026-05-03"), "2026-01-01", "2027-01-01").is_empty());
}

#[test]
fn weekly_keeps_the_weekday_and_includes_the_last_date() {
    let found = dates(Recurrence::Weekly, "2025-12-29", Some("2026-01-19"), "2026-01-01", "2026-12-31");
    assert_eq!(found, ["2026-01-05", "2026-01-12", "2026-01-19"]);
}

#[test]
fn monthly_on_the_31st_skips_the_shorter_months() {
    let found = dates(Recurrence::Monthly, "2026-01-31", None, "2026-01-01", "2026-12-31");
    let long = ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31", "2026-10-31", "2026-12-31"];
    assert_eq!(found, long);
}

#[test]
fn monthly_on_the_29th_meets_february_in_leap_years_only() {
    let februaries: Vec<_> = dates(Recurrence::Monthly, "2023-01-29", None, "2023-01-01", "2032-12-31")
        .into_iter()
        .filter(|day| day.contains("-02-"))
        .collect();
    assert_eq!(februaries, ["2024-02-29", "2028-02-29", "2032-02-29"]);
}

#[test]
fn quarterly_is_every_third_month_and_skips_what_lacks_the_day() {
    let found = dates(Recurrence::Quarterly, "2025-11-30", None, "2026-01-01", "2027-02-28");
    assert_eq!(found, ["2026-05-30", "2026-08-30", "2026-11-30"]);
}

#[test]
fn a_range_far_from_the_start_costs_no_more_than_a_near_one() {
    let began = std::time::Instant::now();
    for _ in 0..10_000 {
        assert_eq!(dates(Recurrence::Weekly, "0001-01-01", None, "9998-12-01", "9998-12-07").len(), 1);
    }
    assert!(began.elapsed().as_secs() < 5);
}

#[test]
fn the_ends_of_the_calendar_end_the_dates() {
    for &recurrence in Recurrence::VARIANTS {
        assert_eq!(occurrences(recurrence, Date::MAX, None, Date::MIN..=Date::MAX).collect::<Vec<_>>(), [Date::MAX]);
        assert_eq!(occurrences(recurrence, Date::MIN, None, Date::MIN..=Date::MIN).collect::<Vec<_>>(), [Date::MIN]);
        let last = occurrences(recurrence, Date::MIN, None, Date::MIN..=Date::MAX).last();
        assert!(last.is_some_and(|last| last <= Date::MAX));
    }
}

#[test]
fn names_read_back_and_others_are_refused() {
    for &recurrence in Recurrence::VARIANTS {
        assert_eq!(Recurrence::parse(recurrence.as_ref()), Ok(recurrence));
        assert_eq!(serde_json::to_value(recurrence).unwrap(), recurrence.as_ref());
    }
    assert_eq!(refused_field(Recurrence::parse("daily")), "recurrence");
}

/// The definition, asked of one date at a time.
fn falls_on(recurrence: Recurrence, start: Date, until: Option<Date>, day: Date) -> bool {
    let months = i32::from(day.year() - start.year()) * 12 + i32::from(day.month() - start.month());
    let recurs = match recurrence {
        Recurrence::OneTime => day == start,
        Recurrence::Weekly => day.weekday() == start.weekday(),
        Recurrence::Monthly => day.day() == start.day(),
        Recurrence::Quarterly => day.day() == start.day() && months % 3 == 0,
    };
    recurs && start <= day && until.is_none_or(|until| day <= until)
}

proptest! {
    #[test]
    fn the_dates_of_a_range_are_those_that_fall_in_it_one_by_one(
        recurrence in any_recurrence(),
        start in any_date(),
        until in prop::option::of(-10..2_000_i32),
        from in -900..1_500_i32,
        length in -3..500_i32,
    ) {
        let until = until.map(|days| days_after(start, days));
        let (from, to) = (days_after(start, from), days_after(start, from + length));
        let found: Vec<_> = occurrences(recurrence, start, until, from..=to).collect();
        let expected: Vec<_> =
            (0..=length).map(|nth| days_after(from, nth)).filter(|day| falls_on(recurrence, start, until, *day)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_narrower_range_yields_the_same_dates_within_it(
        recurrence in any_recurrence(),
        start in any_date(),
        bounds in [any_date(), any_date(), any_date(), any_date()],
    ) {
        let mut bounds = bounds;
        bounds.sort();
        let [wide_from, from, to, wide_to] = bounds;
        let wide = occurrences(recurrence, start, None, wide_from..=wide_to).filter(|day| from <= *day && *day <= to);
        prop_assert!(occurrences(recurrence, start, None, from..=to).eq(wide));
    }
}
