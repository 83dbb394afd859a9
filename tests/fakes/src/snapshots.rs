//! Lists read in pages: every page is of the list as it was when the first was read.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

/// Lists whose last page has not been read, by the token of the next page. A page can be read again.
#[derive(Default)]
pub(crate) struct Snapshots(HashMap<String, Snapshot>);

#[derive(Clone)]
struct Snapshot {
    rest: Vec<Value>,
    ending: String,
}

pub(crate) struct Page {
    pub items: Vec<Value>,
    /// The token of the next page, or what the list ends with.
    pub next: Result<String, String>,
}

impl Snapshots {
    /// The first page. `ending` comes with the last.
    pub fn first(&mut self, items: Vec<Value>, ending: String, size: usize) -> Page {
        self.page(Snapshot { rest: items, ending }, size)
    }

    /// The page of a token; `None` where it is unknown.
    pub fn next(&mut self, token: &str, size: usize) -> Option<Page> {
        let snapshot = self.0.get(token)?.clone();
        Some(self.page(snapshot, size))
    }

    /// From now on every token is unknown.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    fn page(&mut self, mut snapshot: Snapshot, size: usize) -> Page {
        let rest = snapshot.rest.split_off(size.max(1).min(snapshot.rest.len()));
        let items = std::mem::replace(&mut snapshot.rest, rest);
        if snapshot.rest.is_empty() {
            return Page { items, next: Err(snapshot.ending) };
        }
        let token = Uuid::new_v4().simple().to_string();
        self.0.insert(token.clone(), snapshot);
        Page { items, next: Ok(token) }
    }
}
