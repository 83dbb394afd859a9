//! Windows that come back every week.

use std::collections::BTreeMap;

use serde_json::Value;

use super::WINDOWS_MOST;
use super::window::{DayWindow, merged};
use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};

const RULE: Kind = Kind { argument: "rules", noun: "a rule", known: &["weekday", "start_time", "end_time"] };

/// A window of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeeklyWindow {
    /// ISO's: 1 Monday to 7 Sunday.
    pub weekday: i16,
    pub window: DayWindow,
}

/// The windows of a week from a JSON list of objects with `weekday` (1 Monday to 7 Sunday), `start_time` and `end_time`
/// (`HH:MM`, up to 24:00): at most [`WINDOWS_MOST`] for a weekday. Those that touch or overlap become one. In order.
///
/// Refuses as field `rules`, or `rules[0].weekday` and so on, with everything that is wrong with each.
pub fn weekly(json: &Value) -> Result<Vec<WeeklyWindow>, Refusal> {
    let list = fields::list("rules", json)?;
    if list.len() > 7 * WINDOWS_MOST {
        return Err(Refusal::invalid("rules", format!("must be at most {WINDOWS_MOST} windows for each weekday")));
    }
    let mut problems = Problems::default();
    let mut days: BTreeMap<i16, Vec<DayWindow>> = BTreeMap::new();
    for (index, one) in list.iter().enumerate() {
        let read = problems.note(rule(one).map_err(|refusal| refusal.renamed(|it| RULE.at(index, it))));
        let Some((weekday, window)) = read else { continue };
        let windows = days.entry(weekday).or_default();
        windows.push(window);
        if windows.len() == WINDOWS_MOST + 1 {
            let problem = format!("has more than {WINDOWS_MOST} windows");
            problems.note::<()>(Err(Refusal::invalid(&RULE.at(index, "weekday"), problem)));
        }
    }
    problems.check()?;
    let in_order = |(weekday, windows)| merged(windows).into_iter().map(move |window| WeeklyWindow { weekday, window });
    Ok(days.into_iter().flat_map(in_order).collect())
}

fn rule(json: &Value) -> Result<(i16, DayWindow), Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &RULE, &mut problems)?;
    let weekday = problems.note(fields.required("weekday", |name, value| fields::integer_in(name, value, 1, 7)));
    let window = DayWindow::read(&fields, &mut problems);
    problems.check()?;
    weekday
        .and_then(|weekday| i16::try_from(weekday).ok())
        .zip(window)
        .ok_or_else(|| Refusal::invalid(RULE.argument, "lacks a required field"))
}
