//! What a fake was asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// A call that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: String,
    /// The path's template, such as `/calendar/v3/calendars/{calendar}/events`; the path itself where there is none.
    pub route: String,
    /// The path with its query.
    pub path: String,
    /// Whose token it carried.
    pub mailbox: Option<String>,
    /// `None` where the connection was closed without an answer.
    pub status: Option<u16>,
}

/// How many calls a mailbox has open, and had at most.
#[derive(Clone, Copy, Default)]
struct Open {
    now: usize,
    most: usize,
}

#[derive(Default)]
pub(crate) struct Log {
    calls: Mutex<Vec<Call>>,
    open: Mutex<HashMap<String, Open>>,
}

impl Log {
    pub fn all(&self) -> Vec<Call> {
        self.calls.lock().expect("nobody panics holding it").clone()
    }

    pub fn count(&self, method: &str, route: &str) -> usize {
        let calls = self.calls.lock().expect("nobody panics holding it");
        calls.iter().filter(|call| call.method == method && call.route.ends_with(route)).count()
    }

    pub fn forget(&self) {
        self.calls.lock().expect("nobody panics holding it").clear();
        self.open().values_mut().for_each(|open| open.most = open.now);
    }

    pub fn add(&self, call: Call) {
        self.calls.lock().expect("nobody panics holding it").push(call);
    }

    /// The most calls that this mailbox had open at once.
    pub fn most_open(&self, mailbox: &str) -> usize {
        self.open().get(mailbox).map_or(0, |open| open.most)
    }

    /// Counts a call as open until what is returned is dropped.
    pub fn open_call<'log>(&'log self, mailbox: &str) -> OpenCall<'log> {
        let mut opens = self.open();
        let open = opens.entry(mailbox.to_owned()).or_default();
        open.now += 1;
        open.most = open.most.max(open.now);
        OpenCall { log: self, mailbox: mailbox.to_owned(), now: open.now }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.open.lock().expect("nobody panics holding it")
    }
}

pub(crate) struct OpenCall<'log> {
    log: &'log Log,
    mailbox: String,
    /// How many were open when this one came, itself included.
    pub now: usize,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        if let Some(open) = self.log.open().get_mut(&self.mailbox) {
            open.now -= 1;
        }
    }
}
