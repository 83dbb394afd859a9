//! What goes into calls and comes out of them, the same for both providers.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::call_error::CallErrorKind;
use crate::secret::Secret;

/// What a token endpoint gives.
#[derive(Debug, Clone)]
pub struct Grant {
    pub access_token: Secret<String>,
    /// If there is one, it replaces the stored one; else the stored one stays valid.
    pub refresh_token: Option<Secret<String>>,
    /// How long the access token is valid.
    pub expires_in: Duration,
    /// The granted scopes: people can untick some. Empty where the endpoint does not say, as on a refresh.
    pub scopes: Vec<String>,
    /// What the account is known by for as long as it exists: Google's `sub`, Microsoft's `tid` and `oid`. `None` where
    /// there is no id token, as on some refreshes.
    pub subject: Option<String>,
    /// The address of the account, which may change.
    pub address: Option<String>,
}

/// One calendar of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    /// IANA name. Microsoft's calendars have none.
    pub time_zone: Option<String>,
    pub is_primary: bool,
    /// Whether events can be made in it.
    pub can_write: bool,
}

/// When one calendar is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub calendar: String,
    /// Windows in order that do not touch. After a fault nothing is known about the calendar.
    pub outcome: Result<Vec<Window>, CalendarFault>,
}

/// From `start` up to `end`, which is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

/// Why one calendar cannot be read while others can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFault {
    /// What is to be done about it, as for a call that failed.
    pub kind: CallErrorKind,
    /// The provider's own word, or `missing` where it said nothing of the calendar.
    pub code: String,
}

/// What changed in a calendar, and the cursor for the next call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    pub events: Vec<Change>,
    /// For the next call. Opaque; it holds no token.
    pub cursor: String,
}

/// One event, or one occurrence of an event that repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    pub state: ChangeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeState {
    /// Cancelled, deleted, or out of the window.
    Gone,
    /// `start` is never after `end`; they may be equal, and then `busy` is false.
    Present { start: Timestamp, end: Timestamp, busy: bool },
}

/// An event as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Makes repeated writes one event. For Google the event's id: 5 to 1024 of `a` to `v` and digits (a UUID without
    /// dashes is one); for Microsoft a UUID.
    pub key: String,
    pub title: String,
    /// Plain text.
    pub description: String,
    pub location: Option<String>,
    pub start: Timestamp,
    pub end: Timestamp,
    /// Whether it is to have a video meeting. One that it has is never taken away.
    pub wants_conference: bool,
    /// Written into Google's events, to recognize our own among events with the same key.
    pub booking_id: Uuid,
}

/// An event as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub id: String,
    /// The event's page, for people.
    pub url: Option<String>,
    pub conference: Conference,
}

/// A video meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conference {
    None,
    /// Asked for, and not there yet: ask again with [`conference`](super::Client::conference).
    Pending,
    /// Where to join it.
    Ready(String),
    /// There will be none, but the event is written.
    Failed,
}

/// A subscription to changes.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Never used before, not even for an attempt that seemed to fail: Google takes an id once.
    pub id: Uuid,
    /// Comes back with every notification. At most 128 characters.
    pub secret: String,
    /// Where notifications are sent, https.
    pub address: String,
    /// How long it should last; the provider may say less.
    pub expires_in: Duration,
}

/// An active subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub id: String,
    /// Google needs it to close the channel.
    pub resource_id: Option<String>,
    pub expires_at: Timestamp,
}

impl Window {
    /// Windows in order, those that touch as one, and none that are empty.
    pub(super) fn joined(mut windows: Vec<Self>) -> Vec<Self> {
        windows.retain(|window| window.start < window.end);
        windows.sort_unstable();
        let mut joined: Vec<Self> = Vec::with_capacity(windows.len());
        for window in windows {
            match joined.last_mut() {
                Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
                _ => joined.push(window),
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: i64, end: i64) -> Window {
        Window { start: Timestamp::from_second(start).unwrap(), end: Timestamp::from_second(end).unwrap() }
    }

    #[test]
    fn windows_that_touch_become_one_and_empty_ones_none() {
        let windows = vec![window(50, 60), window(0, 10), window(10, 20), window(15, 18), window(30, 30)];
        assert_eq!(Window::joined(windows), [window(0, 20), window(50, 60)]);
    }

    #[test]
    fn a_grant_shows_no_token() {
        let grant = Grant {
            access_token: Secret::new("ya29.hunter2".to_owned()),
            refresh_token: Some(Secret::new("1//hunter2".to_owned())),
            expires_in: Duration::from_secs(3599),
            scopes: vec![],
            subject: None,
            address: None,
        };
        assert!(!format!("{grant:?}").contains("hunter2"));
    }
}
