//! Dates whose hours are others than the week's.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::window::{DayWindow, merged};
use super::{OVERRIDE_DATES_MOST, OVERRIDES_MOST, WINDOWS_MOST};
use crate::block::in_range;
use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};

const OVERRIDE: Kind =
    Kind { argument: "overrides", noun: "an override", known: &["day", "start_time", "end_time", "is_off"] };

/// What is offered on a date, in place of the windows of its weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub day: Date,
    /// In order, none touching another; empty where nothing is offered.
    pub windows: Vec<DayWindow>,
}

/// One thing that is said of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Off,
    Window(DayWindow),
}

/// The overrides of a schedule from a JSON list of objects, each with a `day` (`YYYY-MM-DD`) and either `start_time` and
/// `end_time` (`HH:MM`, up to 24:00) or `is_off`, true: at most [`OVERRIDES_MOST`], of at most [`OVERRIDE_DATES_MOST`]
/// dates with at most [`WINDOWS_MOST`] windows each. Those that touch or overlap become one. In order.
///
/// Refuses as field `overrides`, or `overrides[0].day` and so on, with everything that is wrong with each; also a date
/// that is off and has windows.
pub fn overrides(json: &Value) -> Result<Vec<Override>, Refusal> {
    let list = fields::list("overrides", json)?;
    if list.len() > OVERRIDES_MOST {
        return Err(Refusal::invalid("overrides", format!("must be at most {OVERRIDES_MOST}")));
    }
    let mut problems = Problems::default();
    let mut days: BTreeMap<Date, Vec<Part>> = BTreeMap::new();
    for (index, one) in list.iter().enumerate() {
        let read = problems.note(one_of(one).map_err(|refusal| refusal.renamed(|it| OVERRIDE.at(index, it))));
        let Some((day, part)) = read else { continue };
        let parts = days.entry(day).or_default();
        let mut wrong = |problem: String| {
            problems.note::<()>(Err(Refusal::invalid(&OVERRIDE.at(index, "day"), problem)));
        };
        if parts.iter().any(|other| matches!(other, Part::Off) != matches!(part, Part::Off)) {
            wrong("is off and has windows: it can only be one of the two".to_owned());
        }
        parts.push(part);
        if parts.len() == WINDOWS_MOST + 1 {
            wrong(format!("has more than {WINDOWS_MOST} windows"));
        }
    }
    if days.len() > OVERRIDE_DATES_MOST {
        let problem = format!("must be of at most {OVERRIDE_DATES_MOST} dates");
        problems.note::<()>(Err(Refusal::invalid("overrides", problem)));
    }
    problems.check()?;
    let windows = |parts: Vec<Part>| {
        let windows = parts.into_iter().filter_map(|part| match part {
            Part::Window(window) => Some(window),
            Part::Off => None,
        });
        merged(windows.collect())
    };
    Ok(days.into_iter().map(|(day, parts)| Override { day, windows: windows(parts) }).collect())
}

fn one_of(json: &Value) -> Result<(Date, Part), Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &OVERRIDE, &mut problems)?;
    let day = problems.note(fields.required("day", fields::date).and_then(|day| in_range("day", day).map(|()| day)));
    let is_off = problems.note(fields.optional("is_off", fields::boolean)).flatten().unwrap_or(false);
    let part = if is_off {
        for name in ["start_time", "end_time"] {
            if fields.gives(name) {
                problems.note::<()>(Err(Refusal::invalid(name, "does not go with is_off")));
            }
        }
        Some(Part::Off)
    } else {
        DayWindow::read(&fields, &mut problems).map(Part::Window)
    };
    problems.check()?;
    day.zip(part).ok_or_else(|| Refusal::invalid(OVERRIDE.argument, "lacks a required field"))
}
