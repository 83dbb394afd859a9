//! When a meeting is, by the reader's clocks.

use convene_messages::meeting::Part;
use convene_messages::{Kind, Language};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

use crate::given::{meeting, reader_in, told, with};

fn shown(start: &str, language: Language, zone: &str) -> String {
    let facts = with(meeting(Part::Host), json!({ "start": start }));
    let message = told(Kind::BookingConfirmed, &facts, &reader_in(language, zone)).message;
    let when = message.trim_start_matches("You meet Ada on ").trim_start_matches("Sie treffen Ada am ");
    when.strip_suffix('.').unwrap().to_owned()
}

#[test]
fn a_time_is_written_in_the_readers_language_and_zone() {
    let shown = |language, zone| shown("2026-03-01T22:05:00Z", language, zone);
    assert_eq!(shown(Language::English, "Europe/Berlin"), "Sunday, 1 March 2026, 23:05 (Europe/Berlin)");
    assert_eq!(shown(Language::German, "Europe/Berlin"), "Sonntag, 1. März 2026, 23:05 (Europe/Berlin)");
    assert_eq!(shown(Language::English, "Asia/Kolkata"), "Monday, 2 March 2026, 03:35 (Asia/Kolkata)");
    assert_eq!(shown(Language::English, "America/New_York"), "Sunday, 1 March 2026, 17:05 (America/New_York)");
}

#[test]
fn clocks_that_were_set_are_read_as_they_are() {
    let berlin = |start| shown(start, Language::English, "Europe/Berlin");
    assert_eq!(berlin("2026-03-29T00:59:00Z"), "Sunday, 29 March 2026, 01:59 (Europe/Berlin)");
    assert_eq!(berlin("2026-03-29T01:00:00Z"), "Sunday, 29 March 2026, 03:00 (Europe/Berlin)");
}

#[test]
fn a_time_that_clocks_show_twice_says_which_it_is() {
    let berlin = |start| shown(start, Language::English, "Europe/Berlin");
    assert_eq!(berlin("2026-10-25T00:30:00Z"), "Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+02)");
    assert_eq!(berlin("2026-10-25T01:30:00Z"), "Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+01)");
    assert_eq!(
        shown("2026-04-04T15:00:00Z", Language::German, "Australia/Lord_Howe"),
        "Sonntag, 5. April 2026, 01:30 (Australia/Lord_Howe, UTC+10:30)"
    );
}

#[test]
fn instants_are_read_with_any_offset_as_postgres_writes_them() {
    for start in ["2026-01-05T13:30:00+00:00", "2026-01-05T19:00:00.123456+05:30", "2026-01-05T13:30:59.999Z"] {
        assert!(shown(start, Language::English, "UTC").ends_with("13:30 (UTC)"), "{start}");
    }
}

proptest! {
    #[test]
    fn english_times_are_those_that_a_library_formats(
        second in 0..4_102_444_800_i64,
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
    ) {
        let start = Timestamp::from_second(second).unwrap();
        let zoned = start.to_zoned(TimeZone::get(zone).unwrap());
        let told = shown(&start.to_string(), Language::English, zone);
        let prefix = format!("{} ({zone}", zoned.strftime("%A, %-d %B %Y, %H:%M"));
        prop_assert!(told.starts_with(&prefix), "{} {}", told, prefix);
    }
}
