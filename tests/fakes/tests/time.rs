//! Times of the tests' one day.

use jiff::Timestamp;

/// `at("09:30")`, UTC.
pub fn at(time: &str) -> Timestamp {
    format!("2027-03-01T{time}:00Z").parse().expect("a time of day")
}
