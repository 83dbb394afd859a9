use convene_rules::zone::WallTime;
use proptest::prelude::*;

use crate::given::{any_wall_time, refused_field};

#[test]
fn times_are_written_as_hours_and_minutes_with_or_without_seconds_of_zero() {
    for (text, minutes) in [("00:00", 0), ("09:05", 545), ("23:59:00", 1439), ("24:00", 1440), ("24:00:00", 1440)] {
        assert_eq!(WallTime::parse("start_time", text).unwrap().minutes(), minutes, "{text}");
    }
}

#[test]
fn other_texts_are_refused_under_the_fields_name() {
    let odd = [
        "",
        "9:00",
        "09:0",
        "0900",
        "24:01",
        "25:00",
        "09:60",
        "09:00:01",
        "09:00:00:00",
        " 09:00",
        "+9:00",
        "-1:00",
        "09:00Z",
        "09:00.",
        ":00",
        "::",
        ":00:00",
        "09:",
        "٠٩:٠٠",
        "09:00:00.0",
        "0é:00",
    ];
    for text in odd {
        assert_eq!(refused_field(WallTime::parse("end_time", text)), "end_time", "{text:?}");
    }
}

#[test]
fn minutes_beyond_the_day_are_refused() {
    for minutes in [-1, 1441, i32::MIN, i32::MAX, 65_536, 65_537] {
        assert_eq!(refused_field(WallTime::from_minutes("end_time", minutes)), "end_time", "{minutes}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_can_be_read_back(time in any_wall_time()) {
        prop_assert_eq!(WallTime::parse("time", &time.to_string()).unwrap(), time);
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,12}") {
        let _ = WallTime::parse("time", &text);
    }
}
