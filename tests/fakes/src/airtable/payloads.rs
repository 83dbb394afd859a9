//! `…/payloads`: what a webhook keeps of changes.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Airtable;
use super::caller::Caller;
use super::refusal::Refusal;
use super::state::Record;
use super::webhooks::{Hook, LIFE};

const LONGEST_PAGE: u64 = 50;

/// What became of a record.
pub(super) struct Change {
    id: String,
    before: Option<Record>,
    after: Option<Record>,
}

impl Change {
    /// `None` where nothing has changed.
    pub fn of(id: String, before: Option<Record>, after: Option<Record>) -> Option<Self> {
        (before != after).then_some(Self { id, before, after })
    }

    fn kind(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "add",
            (_, None) => "remove",
            _ => "update",
        }
    }

    fn cells(record: &Option<Record>) -> Map<String, Value> {
        record.as_ref().map(|record| record.cells.clone()).unwrap_or_default()
    }

    /// The fields that differ.
    fn fields(&self) -> Vec<String> {
        let (before, after) = (Self::cells(&self.before), Self::cells(&self.after));
        let mut fields: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
        fields.sort();
        fields.dedup();
        fields.retain(|field| before.get(field) != after.get(field));
        fields
    }
}

/// While the webhook is alive, its life begins anew.
pub(super) async fn list(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    if let Some(name) = query.keys().find(|name| !["cursor", "limit"].contains(&name.as_str())) {
        return Err(Refusal::invalid(&format!("Unknown parameter {name}.")));
    }
    let number = |name: &str, otherwise: u64| {
        let value = query.get(name).map_or(Ok(otherwise), |value| value.parse());
        value.ok().filter(|value| *value > 0).ok_or_else(|| Refusal::invalid(&format!("{name} is no positive number.")))
    };
    let (cursor, limit) = (number("cursor", 1)?, number("limit", LONGEST_PAGE)?.min(LONGEST_PAGE));
    airtable.with_hook(&caller, &id, |hook, now| {
        if now < hook.expires_at {
            hook.expires_at = now + LIFE;
        }
        hook.forget_old(now);
        let start = cursor.clamp(hook.first_cursor, hook.next_cursor());
        let end = (start + limit).min(hook.next_cursor());
        let place = |cursor: u64| usize::try_from(cursor - hook.first_cursor).expect("as many as are kept");
        let payloads: Vec<_> = hook.payloads.range(place(start)..place(end)).map(|(_, payload)| payload).collect();
        let has_more = end < hook.next_cursor();
        Ok(Json(json!({ "cursor": end, "mightHaveMore": has_more, "payloads": payloads })))
    })
}

impl Airtable {
    /// A webhook's next payload is an error: `INVALID_FILTERS`, `INVALID_HOOK` or `INTERNAL_ERROR`.
    pub fn add_error_payload(&self, webhook: &str, code: &str) {
        let now = self.core().now();
        let mut state = self.state();
        let hook = state.bases.values_mut().flat_map(|base| &mut base.hooks).find(|hook| hook.id == webhook);
        hook.expect("a webhook").payloads.push_back((now, json!({ "error": true, "code": code })));
    }
}

impl Hook {
    /// Keeps what it is about of a transaction's changes. False where it is about none.
    pub fn keep(&mut self, table: &str, changes: &[Change], transaction: u64, size: usize, now: Timestamp) -> bool {
        let wanted: Vec<_> = changes.iter().filter(|change| self.is_about(table, change)).collect();
        for part in wanted.chunks(size.max(1)) {
            let payload = json!({
                "timestamp": format!("{now:.3}"),
                "baseTransactionNumber": transaction,
                "payloadFormat": "v0",
                "actionMetadata": { "source": "client", "sourceMetadata": { "user": {
                    "id": "usrOfTheFake", "email": "somebody@airtable.test", "permissionLevel": "create",
                }}},
                "changedTablesById": { table: self.changed_table(part) },
            });
            self.payloads.push_back((now, payload));
        }
        self.forget_old(now);
        !wanted.is_empty()
    }

    fn is_about(&self, table: &str, change: &Change) -> bool {
        let filters = &self.specification["options"]["filters"];
        let names =
            |list: &str, name: &str| filters[list].as_array().is_none_or(|list| list.iter().any(|value| value == name));
        let fields = change.fields();
        filters["recordChangeScope"].as_str().is_none_or(|scope| scope == table)
            && names("dataTypes", "tableData")
            && names("changeTypes", change.kind())
            && names("fromSources", "client")
            && (change.kind() != "update" || fields.iter().any(|field| names("watchDataInFieldIds", field)))
    }

    /// An entry of `changedTablesById`.
    fn changed_table(&self, changes: &[&Change]) -> Value {
        let includes = &self.specification["options"]["includes"];
        let always = |field: &str| match &includes["includeCellValuesInFieldIds"] {
            Value::String(all) => all == "all",
            list => list.as_array().is_some_and(|list| list.iter().any(|value| value == field)),
        };
        let mut shown = json!({});
        for change in changes {
            let (before, after) = (Change::cells(&change.before), Change::cells(&change.after));
            let fields = change.fields();
            let of = |cells: &Map<String, Value>| -> Map<String, Value> {
                fields.iter().map(|field| (field.clone(), cells.get(field).cloned().unwrap_or_default())).collect()
            };
            match (&change.before, &change.after) {
                (None, Some(record)) => {
                    let created =
                        json!({ "createdTime": format!("{:.3}", record.created), "cellValuesByFieldId": after });
                    shown["createdRecordsById"][&change.id] = created;
                }
                (Some(_), Some(_)) => {
                    let mut changed = json!({ "current": { "cellValuesByFieldId": of(&after) } });
                    if includes["includePreviousCellValues"] == true {
                        changed["previous"] = json!({ "cellValuesByFieldId": of(&before) });
                    }
                    let unchanged = after.iter().filter(|(field, _)| !fields.contains(field) && always(field));
                    let unchanged: Map<_, _> = unchanged.map(|(field, cell)| (field.clone(), cell.clone())).collect();
                    if !unchanged.is_empty() {
                        changed["unchanged"] = json!({ "cellValuesByFieldId": unchanged });
                    }
                    shown["changedRecordsById"][&change.id] = changed;
                }
                (_, None) => match &mut shown["destroyedRecordIds"] {
                    Value::Array(ids) => ids.push(json!(change.id)),
                    none => *none = json!([change.id]),
                },
            }
        }
        shown
    }

    /// Payloads are kept for seven days, as long as a webhook lives.
    fn forget_old(&mut self, now: Timestamp) {
        while self.payloads.front().is_some_and(|(kept, _)| now.duration_since(*kept) >= LIFE) {
            self.payloads.pop_front();
            self.first_cursor += 1;
        }
    }
}
