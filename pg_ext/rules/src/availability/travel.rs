//! Stays elsewhere: dates on which a host's hours are read in another zone.

use jiff::civil::Date;
use serde_json::Value;

use super::TRAVELS_MOST;
use crate::block::in_range;
use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::zone::Zone;

const TRAVEL: Kind =
    Kind { argument: "travel_dates", noun: "a stay elsewhere", known: &["first_day", "last_day", "time_zone"] };

/// A host is in another zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    pub first_day: Date,
    /// Inclusive, and not before the first.
    pub last_day: Date,
    pub zone: Zone,
}

/// A host's stays elsewhere from a JSON list of objects with `first_day`, `last_day` (`YYYY-MM-DD`, both included) and
/// `time_zone` (IANA): at most [`TRAVELS_MOST`], and none on a date of another. In order.
///
/// Refuses as field `travel_dates`, or `travel_dates[0].first_day` and so on, with everything that is wrong with each.
pub fn travels(json: &Value) -> Result<Vec<Travel>, Refusal> {
    let list = fields::list("travel_dates", json)?;
    if list.len() > TRAVELS_MOST {
        return Err(Refusal::invalid("travel_dates", format!("must be at most {TRAVELS_MOST}")));
    }
    let mut problems = Problems::default();
    let mut travels: Vec<(usize, Travel)> = Vec::with_capacity(list.len());
    for (index, one) in list.iter().enumerate() {
        let read = travel(one).map_err(|refusal| refusal.renamed(|it| TRAVEL.at(index, it)));
        travels.extend(problems.note(read).map(|travel| (index, travel)));
    }
    travels.sort_by_key(|(index, travel)| (travel.first_day, *index));
    let mut last_day = None;
    for (index, travel) in &travels {
        if last_day.is_some_and(|last| travel.first_day <= last) {
            let field = TRAVEL.at(*index, "first_day");
            problems.note::<()>(Err(Refusal::invalid(&field, "lies within another of the travel dates")));
        }
        last_day = last_day.max(Some(travel.last_day));
    }
    problems.check()?;
    Ok(travels.into_iter().map(|(_, travel)| travel).collect())
}

fn travel(json: &Value) -> Result<Travel, Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &TRAVEL, &mut problems)?;
    let first_day = problems.note(fields.required("first_day", planned));
    let last_day = problems.note(fields.required("last_day", planned));
    let zone = problems.note(fields.required("time_zone", fields::zone).map_err(Refusal::as_field));
    if let (Some(first), Some(last)) = (first_day, last_day)
        && last < first
    {
        problems.note::<()>(Err(Refusal::invalid("last_day", "must not be before first_day")));
    }
    problems.check()?;
    let (Some(first_day), Some(last_day), Some(zone)) = (first_day, last_day, zone) else {
        return Err(Refusal::invalid(TRAVEL.argument, "lacks a required field"));
    };
    Ok(Travel { first_day, last_day, zone })
}

fn planned(name: &str, value: &Value) -> Result<Date, Refusal> {
    let date = fields::date(name, value)?;
    in_range(name, date).map(|()| date)
}
