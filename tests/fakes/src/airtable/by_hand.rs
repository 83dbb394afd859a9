//! Records as a person makes and changes them in Airtable's own pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Airtable;
use super::payloads::Change;
use super::state::{Record, Table};
use crate::Pushes;

impl Airtable {
    /// Makes a record, or changes the cells that are named: an object by the fields' ids, `null` empties a cell.
    pub fn upsert_record(&self, table: &str, id: &str, cells: &Value) {
        self.upsert_records(table, &[(id, cells.clone())]);
    }

    /// Several records in one transaction.
    pub fn upsert_records(&self, table: &str, records: &[(&str, Value)]) {
        let now = self.core().now();
        self.change(table, |table| {
            let upsert = |(id, cells): &(&str, Value)| {
                let wanted = cells.as_object().expect("an object of cells");
                let before = table.records.get(*id).cloned();
                let mut record = before.clone().unwrap_or(Record { created: now, cells: Map::new() });
                for (field, cell) in wanted {
                    if cell.is_null() {
                        record.cells.remove(field)
                    } else {
                        record.cells.insert(field.clone(), cell.clone())
                    };
                }
                table.records.insert((*id).to_owned(), record.clone());
                Change::of((*id).to_owned(), before, Some(record))
            };
            records.iter().filter_map(upsert).collect()
        });
    }

    pub fn delete_record(&self, table: &str, id: &str) {
        self.change(table, |table| {
            let before = table.records.remove(id);
            assert!(before.is_some(), "{id} is no record");
            Change::of(id.to_owned(), before, None).into_iter().collect()
        });
    }

    /// A table's records by their ids.
    pub fn records(&self, table: &str) -> BTreeMap<String, Record> {
        let mut state = self.state();
        let base = state.base_of(table).expect("a table of the fake");
        state.base(&base).expect("it was found").table(table).expect("it was found").records.clone()
    }

    /// One transaction: every webhook that is about it keeps its payloads, and is pinged.
    fn change(&self, table: &str, change: impl FnOnce(&mut Table) -> Vec<Change>) {
        let now = self.core().now();
        let mut guard = self.state();
        let state = &mut *guard;
        let id = state.base_of(table).expect("a table of the fake");
        let base = state.bases.get_mut(&id).expect("it was found");
        let changes = change(base.table(table).expect("it was found"));
        if changes.is_empty() {
            return;
        }
        base.transactions += 1;
        for hook in base.hooks.iter_mut().filter(|hook| now < hook.expires_at) {
            let kept = hook.keep(table, &changes, base.transactions, state.payload_size, now);
            if kept && hook.is_notifying && state.pushes == Pushes::OnChange {
                self.send_ping(&id, hook, now);
            }
        }
    }
}
