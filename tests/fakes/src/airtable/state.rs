//! Bases, their tables, and what the fake was told to do.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::caller::RateLimit;
use super::refusal::Refusal;
use super::webhooks::Hook;
use crate::Pushes;
use crate::snapshots::Snapshots;

/// A table; its records are made through the fake.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Such as `tblA`.
    pub id: String,
    pub name: String,
    /// The fields' names by their ids.
    pub fields: BTreeMap<String, String>,
    pub(super) records: BTreeMap<String, Record>,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub created: Timestamp,
    /// By the fields' ids, the empty ones left out.
    pub cells: Map<String, Value>,
}

#[derive(Default)]
pub(super) struct Base {
    pub tables: Vec<Table>,
    pub hooks: Vec<Hook>,
    pub transactions: u64,
    /// When the last calls were, the oldest first.
    pub calls: VecDeque<Timestamp>,
    pub closed_until: Option<Timestamp>,
}

pub(super) struct State {
    pub bases: BTreeMap<String, Base>,
    pub is_revoked: bool,
    pub limit: RateLimit,
    pub lists: Snapshots,
    pub page_size: usize,
    pub payload_size: usize,
    pub pushes: Pushes,
}

impl Table {
    /// A table with fields of these ids and names, and without records.
    pub fn new(id: &str, name: &str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        Self { id: id.to_owned(), name: name.to_owned(), fields, records: BTreeMap::new() }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            bases: BTreeMap::new(),
            is_revoked: false,
            limit: RateLimit::default(),
            lists: Snapshots::default(),
            page_size: usize::MAX,
            payload_size: usize::MAX,
            pushes: Pushes::default(),
        }
    }
}

impl State {
    pub fn base(&mut self, id: &str) -> Result<&mut Base, Refusal> {
        self.bases.get_mut(id).ok_or_else(Refusal::no_such_model)
    }

    /// The base that a table is in, by the table's id.
    pub fn base_of(&self, table: &str) -> Option<String> {
        let holds = |base: &Base| base.tables.iter().any(|it| it.id == table);
        self.bases.iter().find(|(_, base)| holds(base)).map(|(id, _)| id.clone())
    }
}

impl Base {
    /// By its id or its name.
    pub fn table(&mut self, table: &str) -> Result<&mut Table, Refusal> {
        let found = self.tables.iter_mut().find(|it| it.id == table || it.name == table);
        found.ok_or_else(Refusal::no_such_model)
    }
}
