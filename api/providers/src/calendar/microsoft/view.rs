//! When calendars are busy: their views, which have every occurrence of what repeats.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Microsoft;
use super::times::{Presence, at_graphs_precision};
use crate::address::with_query;
use crate::calendar::types::{Busy, CalendarFault, Window};
use crate::call_error::{CallError, CallErrorKind};

/// Nothing of what an event is about.
const FIELDS: &str = "id,start,end,isAllDay,isCancelled,showAs";

impl Microsoft {
    /// One calendar after the other: Graph takes four requests of a mailbox at once, and others are under way.
    pub async fn busy(
        &self,
        token: &str,
        calendars: &[String],
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Vec<Busy>, CallError> {
        let mut all = Vec::with_capacity(calendars.len());
        for calendar in calendars {
            let outcome = match self.view(token, calendar, from, until, zone).await {
                Ok(windows) => Ok(windows),
                Err(CallError { kind: kind @ (CallErrorKind::Gone | CallErrorKind::Refused), code, .. }) => {
                    Err(CalendarFault { kind, code })
                }
                Err(error) => return Err(error),
            };
            all.push(Busy { calendar: calendar.clone(), outcome });
        }
        Ok(all)
    }

    async fn view(
        &self,
        token: &str,
        calendar: &str,
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Vec<Window>, CallError> {
        if until <= from {
            return Ok(Vec::new());
        }
        let (from, until) = (at_graphs_precision(from).to_string(), at_graphs_precision(until).to_string());
        let parameters =
            [("startDateTime", from.as_str()), ("endDateTime", &until), ("$select", FIELDS), ("$top", "500")];
        let url = with_query(self.url(&["me", "calendars", calendar, "calendarView"])?, &parameters);
        windows(&self.list(url, token).await?.items, zone)
    }
}

fn windows(events: &[Presence], zone: &TimeZone) -> Result<Vec<Window>, CallError> {
    let blocking = events.iter().filter(|event| !event.is_cancelled() && event.is_busy());
    let times = blocking.filter_map(|event| event.times(zone).transpose());
    let windows = times.map(|times| times.map(|(start, end)| Window { start, end }));
    windows.collect::<Result<_, _>>().map(Window::joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_and_cancelled_events_block_nothing_and_all_others_do() {
        let at = |hour: u8, more: &str| {
            format!(
                r#"{{"start":{{"dateTime":"2026-01-05T{hour:02}:00:00.0000000","timeZone":"UTC"}},
                "end":{{"dateTime":"2026-01-05T{hour:02}:30:00.0000000","timeZone":"UTC"}}{more}}}"#
            )
        };
        let events = [
            at(8, r#","showAs":"free""#),
            at(9, r#","showAs":"busy","isCancelled":true"#),
            at(10, r#","showAs":"busy""#),
            at(12, r#","showAs":"tentative""#),
            at(14, ""),
            at(16, r#","showAs":"workingElsewhere""#),
            r#"{"start":null,"end":null,"isAllDay":null,"isCancelled":null,"showAs":null}"#.to_owned(),
        ];
        let events: Vec<Presence> = serde_json::from_str(&format!("[{}]", events.join(","))).unwrap();
        let starts: Vec<String> =
            windows(&events, &TimeZone::UTC).unwrap().iter().map(|window| window.start.to_string()).collect();
        assert_eq!(starts, ["2026-01-05T10:00:00Z", "2026-01-05T12:00:00Z", "2026-01-05T14:00:00Z"]);
    }
}
