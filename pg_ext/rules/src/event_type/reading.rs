//! The fields of an event type, one by one.

use serde_json::Value;

use crate::fields;
use crate::meeting_type::MeetingType;
use crate::refusal::{Problems, Refusal};
use crate::request;

const TITLE_LONGEST: usize = 200;
const DESCRIPTION_LONGEST: usize = 5_000;
const LOCATION_LONGEST: usize = 500;
const DURATIONS_MOST: usize = 10;

pub fn slug(name: &str, value: &Value) -> Result<String, Refusal> {
    request::slug(name, fields::as_text(name, value)?)
}

pub fn title(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, TITLE_LONGEST)
}

pub fn description(name: &str, value: &Value) -> Result<String, Refusal> {
    request::text(name, fields::as_text(name, value)?, 0, DESCRIPTION_LONGEST)
}

pub fn location(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, LOCATION_LONGEST)
}

pub fn meeting_type(name: &str, value: &Value) -> Result<MeetingType, Refusal> {
    MeetingType::parse(fields::as_text(name, value)?)
}

pub fn color(name: &str, value: &Value) -> Result<String, Refusal> {
    let color = fields::as_text(name, value)?.to_ascii_lowercase();
    let is_color = |digits: &str| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if color.strip_prefix('#').is_some_and(is_color) {
        return Ok(color);
    }
    Err(Refusal::invalid(name, "must be a color as #rrggbb"))
}

pub fn durations(name: &str, value: &Value) -> Result<Vec<i32>, Refusal> {
    let list = fields::list(name, value)?;
    if !(1..=DURATIONS_MOST).contains(&list.len()) {
        return Err(Refusal::invalid(name, format!("must be 1 to {DURATIONS_MOST} lengths in minutes")));
    }
    let mut problems = Problems::default();
    let mut durations = Vec::with_capacity(list.len());
    for (index, one) in list.iter().enumerate() {
        let name = format!("{name}[{index}]");
        let Some(minutes) = problems.note(fields::integer_in(&name, one, 5, 1_440)) else { continue };
        if durations.contains(&minutes) {
            problems.note::<()>(Err(Refusal::invalid(&name, "is there already")));
        }
        durations.push(minutes);
    }
    problems.check()?;
    Ok(durations)
}
