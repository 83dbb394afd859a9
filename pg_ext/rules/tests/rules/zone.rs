use convene_rules::refusal::Refusal;
use convene_rules::zone::{WallTime, Zone};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::given::{ZONES, any_wall_time, any_zone_and_date, at, date, refused_field, time, zone};

fn instant(zone_name: &str, day: &str, wall: &str) -> Timestamp {
    zone(zone_name).instant(date(day), time(wall)).unwrap()
}

#[test]
fn names_are_kept_as_the_tz_database_spells_them() {
    assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
    assert_eq!(zone("AMERICA/ARGENTINA/BUENOS_AIRES").name(), "America/Argentina/Buenos_Aires");
    assert_eq!(zone("utc").name(), "UTC");
    assert_eq!(zone("Etc/GMT+5").name(), "Etc/GMT+5");
    assert_eq!(zone("Japan").name(), "Japan");
    for name in ZONES {
        assert_eq!(zone(name).name(), name);
    }
}

#[test]
fn what_is_no_iana_name_is_refused() {
    let long = "A".repeat(100_000);
    let odd = [
        "",
        " ",
        "UTC ",
        "Nowhere",
        "Europe/Atlantis",
        "Etc/Unknown",
        "etc/unknown",
        "Factory",
        "localtime",
        "posixrules",
        "posix/Europe/Berlin",
        "right/UTC",
        "RIGHT/UTC",
        "EST5EDT",
        "EST5EDT,M3.2.0,M11.1.0",
        "<+03>-3",
        "+02:00",
        "-05",
        "Z",
        "../../etc/passwd",
        "/etc/localtime",
        "/usr/share/zoneinfo/UTC",
        "Europe/../Europe/Berlin",
        "Europe//Berlin",
        "Europe/",
        "Europe",
        "/Europe/Berlin",
        "./UTC",
        "zone.tab",
        "tzdata.zi",
        "leapseconds",
        "Europe/Berlin\0",
        "Europe\\Berlin",
        "Europe/Bérlin",
        "CET",
        "eet",
        "MET",
        "WET",
        &long,
    ];
    for name in odd {
        let refused = matches!(Zone::iana(name), Err(Refusal::InvalidTimeZone { .. }));
        assert!(refused, "{:?}", &name[..name.len().min(40)]);
    }
}

#[test]
fn a_refused_name_is_repeated_only_in_part() {
    let Err(Refusal::InvalidTimeZone { time_zone }) = Zone::iana(&"é".repeat(5_000)) else { panic!("accepted") };
    assert_eq!(time_zone.chars().count(), 64);
}

#[test]
fn of_a_time_shown_twice_the_offset_tells_which_it_is() {
    let reading = |instant| {
        let reading = zone("Europe/Berlin").reading_at(at(instant));
        (reading.shown.to_string(), reading.offset.to_string(), reading.is_shown_twice)
    };
    let shown = |time: &str| format!("2026-10-25T{time}:00");
    assert_eq!(reading("2026-10-24T23:59:00Z"), (shown("01:59"), "+02".into(), false));
    assert_eq!(reading("2026-10-25T00:30:00Z"), (shown("02:30"), "+02".into(), true));
    assert_eq!(reading("2026-10-25T01:30:00Z"), (shown("02:30"), "+01".into(), true));
    assert_eq!(reading("2026-10-25T02:00:00Z"), (shown("03:00"), "+01".into(), false));
}

#[test]
fn a_time_skipped_in_spring_becomes_the_instant_of_the_transition() {
    for wall in ["02:00", "02:30", "02:59", "03:00"] {
        assert_eq!(instant("America/New_York", "2026-03-08", wall), at("2026-03-08T07:00:00Z"), "{wall}");
        assert_eq!(instant("Europe/Berlin", "2026-03-29", wall), at("2026-03-29T01:00:00Z"), "{wall}");
    }
    assert_eq!(instant("America/New_York", "2026-03-08", "01:59"), at("2026-03-08T06:59:00Z"));
    assert_eq!(instant("America/New_York", "2026-03-08", "03:01"), at("2026-03-08T07:01:00Z"));
}

#[test]
fn a_skipped_time_is_found_also_in_years_that_only_a_rule_describes() {
    assert_eq!(instant("America/New_York", "2085-03-11", "02:30"), at("2085-03-11T07:00:00Z"));
}

#[test]
fn a_time_repeated_in_autumn_is_its_first_occurrence() {
    assert_eq!(instant("America/New_York", "2026-11-01", "01:00"), at("2026-11-01T05:00:00Z"));
    assert_eq!(instant("America/New_York", "2026-11-01", "01:59"), at("2026-11-01T05:59:00Z"));
    assert_eq!(instant("America/New_York", "2026-11-01", "02:00"), at("2026-11-01T07:00:00Z"));
    assert_eq!(instant("Europe/Berlin", "2026-10-25", "02:30"), at("2026-10-25T00:30:00Z"));
}

#[test]
fn lord_howe_moves_by_half_an_hour() {
    assert_eq!(instant("Australia/Lord_Howe", "2026-10-04", "02:15"), at("2026-10-03T15:30:00Z"));
    assert_eq!(instant("Australia/Lord_Howe", "2026-10-04", "02:30"), at("2026-10-03T15:30:00Z"));
    assert_eq!(instant("Australia/Lord_Howe", "2026-04-05", "01:45"), at("2026-04-04T14:45:00Z"));
    assert_eq!(instant("Australia/Lord_Howe", "2026-04-05", "02:00"), at("2026-04-04T15:30:00Z"));
}

#[test]
fn all_of_a_skipped_day_is_the_instant_at_which_it_was_skipped() {
    let skipped = at("2011-12-30T10:00:00Z");
    assert_eq!(instant("Pacific/Apia", "2011-12-29", "24:00"), skipped);
    for wall in ["00:00", "10:00", "23:59", "24:00"] {
        assert_eq!(instant("Pacific/Apia", "2011-12-30", wall), skipped, "{wall}");
    }
    assert_eq!(instant("Pacific/Apia", "2011-12-31", "00:00"), skipped);
    assert_eq!(instant("Pacific/Apia", "2011-12-29", "23:59"), at("2011-12-30T09:59:00Z"));
}

#[test]
fn a_skipped_midnight_ends_one_day_and_begins_the_next() {
    for (zone_name, before, after, transition) in [
        ("America/Sao_Paulo", "2017-10-14", "2017-10-15", "2017-10-15T03:00:00Z"),
        ("Asia/Beirut", "2022-03-26", "2022-03-27", "2022-03-26T22:00:00Z"),
    ] {
        assert_eq!(instant(zone_name, before, "24:00"), at(transition));
        assert_eq!(instant(zone_name, after, "00:00"), at(transition));
        assert_eq!(instant(zone_name, after, "01:00"), at(transition));
    }
}

#[test]
fn a_repeated_hour_before_midnight_belongs_to_its_day() {
    // Clocks in São Paulo went from 24:00 back to 23:00 on 2018-02-17.
    assert_eq!(instant("America/Sao_Paulo", "2018-02-17", "23:00"), at("2018-02-18T01:00:00Z"));
    assert_eq!(instant("America/Sao_Paulo", "2018-02-17", "24:00"), at("2018-02-18T03:00:00Z"));
}

#[test]
fn dates_at_the_ends_of_the_calendar_are_refused() {
    for name in ["UTC", "Pacific/Apia", "America/New_York", "Asia/Tokyo"] {
        for day in [Date::MIN, Date::MAX] {
            for wall in ["00:00", "12:00", "24:00"] {
                if let Err(refusal) = zone(name).instant(day, time(wall)) {
                    assert_eq!(refused_field::<()>(Err(refusal)), "date");
                }
            }
        }
        assert_eq!(refused_field(zone(name).instant(Date::MAX, WallTime::END_OF_DAY)), "date");
    }
}

#[test]
fn every_instant_has_a_date() {
    for name in ZONES {
        zone(name).date_at(Timestamp::MIN);
        zone(name).date_at(Timestamp::MAX);
    }
    assert_eq!(zone("Pacific/Apia").date_at(at("2011-12-30T09:59:59Z")), date("2011-12-29"));
    assert_eq!(zone("Pacific/Apia").date_at(at("2011-12-30T10:00:00Z")), date("2011-12-31"));
}

/// What clocks show, as a date and the seconds since its midnight.
fn shown(zone: &Zone, instant: Timestamp) -> (Date, i64) {
    let wall = jiff::tz::TimeZone::get(zone.name()).unwrap().to_datetime(instant);
    (wall.date(), wall.date().at(0, 0, 0, 0).duration_until(wall).as_secs())
}

proptest! {
    #[test]
    fn a_wall_time_is_the_first_instant_at_which_clocks_show_it_or_a_later_one(
        (zone, date) in any_zone_and_date(),
        time in any_wall_time(),
    ) {
        let wanted = (date, i64::from(time.minutes()) * 60);
        let wanted = if wanted.1 == 86_400 { (date.tomorrow().unwrap(), 0) } else { wanted };
        let instant = zone.instant(date, time).unwrap();
        prop_assert!(shown(&zone, instant) >= wanted);
        prop_assert!(shown(&zone, instant - SignedDuration::from_secs(1)) < wanted);
        for quarters in 1..200 {
            prop_assert!(shown(&zone, instant - SignedDuration::from_mins(15 * quarters)) < wanted);
        }
    }

    #[test]
    fn a_later_wall_time_is_never_an_earlier_instant(
        (zone, date) in any_zone_and_date(),
        times in [any_wall_time(), any_wall_time()],
    ) {
        let [earlier, later] = if times[0] <= times[1] { times } else { [times[1], times[0]] };
        prop_assert!(zone.instant(date, earlier).unwrap() <= zone.instant(date, later).unwrap());
    }

    #[test]
    fn one_day_ends_when_the_next_begins((zone, date) in any_zone_and_date()) {
        let end = zone.instant(date, WallTime::END_OF_DAY).unwrap();
        prop_assert_eq!(end, zone.instant(date.tomorrow().unwrap(), WallTime::MIDNIGHT).unwrap());
    }

    #[test]
    fn no_name_makes_a_lookup_panic(name in prop_oneof![".{0,80}", "[A-Za-z_+/.0-9-]{0,40}"]) {
        if let Ok(zone) = Zone::iana(&name) {
            prop_assert!(zone.name().eq_ignore_ascii_case(&name));
        }
    }
}
