//! Events as a person makes, moves and deletes them in Google's own pages.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::event::{Event, Stored};
use super::refusal::Refusal;
use super::state::Shelf;
use super::times::Times;
use super::{Channel, Google};
use crate::Pushes;

impl Google {
    /// Something busy, from the start up to and without the end. The event's id.
    pub fn add_busy(&self, account: &str, calendar: &str, start: Timestamp, end: Timestamp) -> String {
        self.add_event(account, calendar, Event::between(start, end))
    }

    /// The event's id.
    pub fn add_event(&self, account: &str, calendar: &str, event: Event) -> String {
        let id = (!event.id.is_empty()).then_some(event.id.as_str());
        self.add_body(account, calendar, id, event.body())
    }

    /// A busy event of whole days, the last one included, where the calendar is. The event's id.
    pub fn add_days(&self, account: &str, calendar: &str, first: Date, last: Date) -> String {
        let times = Times::days(first, last, &self.zone_of(account, calendar));
        let id = self.add_busy(account, calendar, times.start, times.end);
        self.set_times(account, calendar, &id, times);
        id
    }

    /// Moves an event; it keeps everything else.
    pub fn move_event(&self, account: &str, calendar: &str, event: &str, start: Timestamp, end: Timestamp) {
        self.set_times(account, calendar, event, Times { start, end, is_all_day: false });
    }

    pub fn delete_event(&self, account: &str, calendar: &str, event: &str) {
        self.change(account, calendar, |shelf, now| {
            let event = shelf.event(event)?.cancelled();
            shelf.keep(event, now);
            Ok(())
        })
        .expect("an event of this calendar");
    }

    /// The live events, in the order of their start.
    pub fn events(&self, account: &str, calendar: &str) -> Vec<Event> {
        let mut state = self.state();
        let shelf = state.shelf(account, calendar).expect("a calendar");
        let live = shelf.events.values().filter(|event| !event.is_cancelled);
        let mut events: Vec<_> = live.map(Stored::seen).collect();
        events.sort_by_key(|event| event.start);
        events
    }

    fn add_body(&self, account: &str, calendar: &str, id: Option<&str>, body: Map<String, Value>) -> String {
        self.change(account, calendar, |shelf, now| {
            let event = Stored::new(id, body, &shelf.calendar, now)?;
            Ok(shelf.keep(event, now).id.clone())
        })
        .expect("an event that Google takes")
    }

    fn set_times(&self, account: &str, calendar: &str, event: &str, times: Times) {
        self.change(account, calendar, |shelf, now| {
            let mut moved = shelf.event(event)?.clone();
            moved.set_times(times);
            shelf.keep(moved, now);
            Ok(())
        })
        .expect("an event of this calendar");
    }

    fn zone_of(&self, account: &str, calendar: &str) -> jiff::tz::TimeZone {
        self.state().shelf(account, calendar).expect("a calendar").calendar.zone()
    }

    /// Changes a calendar; what was changed is pushed to the calendar's channels, as the fake was told.
    pub(super) fn change<T>(
        &self,
        account: &str,
        calendar: &str,
        change: impl FnOnce(&mut Shelf, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.core().now();
        let mut state = self.state();
        let shelf = state.shelf(account, calendar)?;
        let (before, id) = (shelf.revision, shelf.calendar.id.clone());
        let changed = change(shelf, now)?;
        if shelf.revision > before && state.pushes == Pushes::OnChange {
            let watching = |channel: &&mut Channel| channel.account == account && channel.calendar == id;
            for channel in state.channels.iter_mut().filter(watching).filter(|channel| now < channel.expires_at) {
                self.core().postman.send(channel.push("exists", &self.core().postman.client));
            }
        }
        Ok(changed)
    }
}
