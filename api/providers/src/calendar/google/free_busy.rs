//! When calendars are busy.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::Google;
use crate::calendar::types::{Busy, CalendarFault, Window};
use crate::call_error::{CallError, CallErrorKind};

/// What `calendarExpansionMax` may be at most.
const MOST_CALENDARS: usize = 50;
/// Google refuses spans that are too long and does not document how long that is; 90 days are known to pass.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(60 * 24);

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    calendars: HashMap<String, Entry>,
}

#[derive(Default, Deserialize)]
struct Entry {
    #[serde(default)]
    busy: Vec<Period>,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Period {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    reason: String,
}

impl Google {
    pub async fn busy(
        &self,
        token: &str,
        calendars: &[String],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Busy>, CallError> {
        let mut all = Vec::with_capacity(calendars.len());
        for some in calendars.chunks(MOST_CALENDARS) {
            let mut outcomes = vec![Ok(Vec::new()); some.len()];
            for (from, until) in spans(from, until) {
                let mut body = self.free_busy(token, some, from, until).await?;
                for (calendar, outcome) in some.iter().zip(&mut outcomes) {
                    add(outcome, windows(body.calendars.remove(calendar)));
                }
            }
            all.extend(
                some.iter().zip(outcomes).map(|(calendar, outcome)| Busy {
                    calendar: calendar.clone(),
                    outcome: outcome.map(Window::joined),
                }),
            );
        }
        Ok(all)
    }

    async fn free_busy(
        &self,
        token: &str,
        calendars: &[String],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Body, CallError> {
        let items: Vec<_> = calendars.iter().map(|id| json!({ "id": id })).collect();
        let question = json!({
            "timeMin": from,
            "timeMax": until,
            "timeZone": "UTC",
            "calendarExpansionMax": MOST_CALENDARS,
            "items": items,
        });
        self.call(self.request(Method::POST, self.url(&["freeBusy"])?, token).json(&question)).await
    }
}

/// What an answer says of one calendar. A calendar that it does not speak of is not free.
fn windows(entry: Option<Entry>) -> Result<Vec<Window>, CalendarFault> {
    let Some(entry) = entry else {
        return Err(CalendarFault { kind: CallErrorKind::Retry { after: None }, code: "missing".to_owned() });
    };
    match entry.errors.into_iter().next() {
        None => Ok(entry.busy.into_iter().map(|period| Window { start: period.start, end: period.end }).collect()),
        Some(fault) => Err(CalendarFault { kind: remedy(&fault.reason), code: fault.reason }),
    }
}

fn remedy(reason: &str) -> CallErrorKind {
    match reason {
        "notFound" => CallErrorKind::Gone,
        "groupTooBig" | "tooManyCalendarsRequested" => CallErrorKind::Refused,
        // internalError, and errors that are not documented.
        _ => CallErrorKind::Retry { after: None },
    }
}

/// A calendar that fails for a part of the time has failed.
fn add(outcome: &mut Result<Vec<Window>, CalendarFault>, more: Result<Vec<Window>, CalendarFault>) {
    match (outcome.as_mut(), more) {
        (Ok(windows), Ok(more)) => windows.extend(more),
        (Ok(_), Err(fault)) => *outcome = Err(fault),
        (Err(_), _) => {}
    }
}

/// The time in parts that Google takes; none where it is empty.
fn spans(from: Timestamp, until: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let part = move |start: Timestamp| {
        let end = start.saturating_add(LONGEST_SPAN).unwrap_or(until).min(until);
        (start < until).then_some((start, end))
    };
    std::iter::successors(part(from), move |&(_, end)| part(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn long_times_are_asked_for_in_parts_of_sixty_days() {
        let (from, until) = (at("2026-01-01T00:00:00Z"), at("2026-05-15T12:00:00Z"));
        let parts: Vec<_> = spans(from, until).collect();
        assert_eq!(
            parts,
            [
                (from, at("2026-03-02T00:00:00Z")),
                (at("2026-03-02T00:00:00Z"), at("2026-05-01T00:00:00Z")),
                (at("2026-05-01T00:00:00Z"), until),
            ]
        );
        assert_eq!(spans(until, from).count(), 0);
        assert_eq!(spans(from, from).count(), 0);
    }

    fn body() -> Body {
        serde_json::from_str(
            r#"{"kind":"calendar#freeBusy","timeMin":"2026-01-01T00:00:00Z","timeMax":"2026-02-01T00:00:00Z",
            "calendars":{
              "good":{"busy":[{"start":"2026-01-05T11:00:00+01:00","end":"2026-01-05T12:00:00+01:00"}]},
              "empty":{"busy":[]},
              "lost":{"errors":[{"domain":"global","reason":"notFound"}],"busy":[]},
              "shaken":{"errors":[{"domain":"global","reason":"internalError"}],"busy":[]}},"groups":{}}"#,
        )
        .unwrap()
    }

    #[test]
    fn busy_times_are_instants() {
        let mut body = body();
        let window = Window { start: at("2026-01-05T10:00:00Z"), end: at("2026-01-05T11:00:00Z") };
        assert_eq!(windows(body.calendars.remove("good")), Ok(vec![window]));
        assert_eq!(windows(body.calendars.remove("empty")), Ok(vec![]));
    }

    #[test]
    fn a_calendar_with_an_error_or_without_an_answer_is_not_free() {
        let mut body = body();
        let fault = |kind, code: &str| Err(CalendarFault { kind, code: code.to_owned() });
        let retry = CallErrorKind::Retry { after: None };
        assert_eq!(windows(body.calendars.remove("lost")), fault(CallErrorKind::Gone, "notFound"));
        assert_eq!(windows(body.calendars.remove("shaken")), fault(retry, "internalError"));
        assert_eq!(windows(body.calendars.remove("never asked")), fault(retry, "missing"));
    }

    #[test]
    fn one_faulty_part_makes_the_whole_faulty() {
        let fault = CalendarFault { kind: CallErrorKind::Gone, code: "notFound".to_owned() };
        let mut outcome = Ok(vec![]);
        add(&mut outcome, Err(fault.clone()));
        add(&mut outcome, Ok(vec![]));
        assert_eq!(outcome, Err(fault));
    }
}
