//! Events as a person makes, moves and deletes them in Outlook.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Microsoft;
use super::event::{Event, Stored};
use super::refusal::Refusal;
use super::state::Mailbox;
use super::times;

impl Microsoft {
    /// Something busy, from the start up to and without the end. The event's id.
    pub fn add_busy(&self, account: &str, calendar: &str, start: Timestamp, end: Timestamp) -> String {
        self.add_event(account, calendar, Event::between(start, end))
    }

    /// The event's id.
    pub fn add_event(&self, account: &str, calendar: &str, event: Event) -> String {
        self.change(account, |mailbox, now| {
            let calendar = mailbox.calendar(Some(calendar))?.id.clone();
            let event = Stored::new(&calendar, event.body(), now)?;
            Ok(mailbox.keep(event, now).id.clone())
        })
        .expect("an event that Graph takes")
    }

    /// Moves an event; it keeps everything else.
    pub fn move_event(&self, account: &str, event: &str, start: Timestamp, end: Timestamp) {
        self.patch_event(account, event, json!({ "start": times::show(start), "end": times::show(end) }));
    }

    /// Moves an event to another of its owner's calendars, where it has another default id.
    pub fn move_to_calendar(&self, account: &str, event: &str, calendar: &str) {
        self.change(account, |mailbox, now| {
            let calendar = mailbox.calendar(Some(calendar))?.id.clone();
            let mut moved = mailbox.event(None, event)?.clone();
            moved.calendar = calendar;
            mailbox.keep(moved, now);
            Ok(())
        })
        .expect("an event of this mailbox");
    }

    /// Who had invited to it calls it off; it stays in the calendar as cancelled.
    pub fn cancel_event(&self, account: &str, event: &str) {
        self.patch_event(account, event, json!({ "isCancelled": true }));
    }

    pub fn delete_event(&self, account: &str, event: &str) {
        self.change(account, |mailbox, now| {
            let deleted = mailbox.event(None, event)?.deleted();
            mailbox.keep(deleted, now);
            Ok(())
        })
        .expect("an event of this mailbox");
    }

    /// The live events of a calendar, in the order of their start.
    pub fn events(&self, account: &str, calendar: &str) -> Vec<Event> {
        let mut state = self.state();
        let mailbox = state.mailbox(account).expect("an account");
        let mut events: Vec<_> = mailbox.live(calendar).map(Stored::seen).collect();
        events.sort_by_key(|event| event.start);
        events
    }

    fn patch_event(&self, account: &str, event: &str, patch: Value) {
        let patch: Map<String, Value> = patch.as_object().cloned().unwrap_or_default();
        self.change(account, |mailbox, now| {
            let mut patched = mailbox.event(None, event)?.clone();
            patched.patch(patch)?;
            mailbox.keep(patched, now);
            Ok(())
        })
        .expect("an event of this mailbox");
    }

    /// Changes a mailbox; what was changed is told to its subscriptions, as the fake was told.
    pub(super) fn change<T>(
        &self,
        account: &str,
        change: impl FnOnce(&mut Mailbox, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.core().now();
        let mut state = self.state();
        let mailbox = state.mailbox(account)?;
        let changed = change(mailbox, now);
        let news = std::mem::take(&mut mailbox.news);
        self.tell(&state, account, &news);
        changed
    }
}
