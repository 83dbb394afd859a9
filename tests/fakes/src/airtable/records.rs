//! `/v0/{base}/{table}`: records in pages.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Map, Value, json};

use super::Airtable;
use super::caller::Caller;
use super::refusal::Refusal;
use super::state::{Record, Table};

/// What a list shall have. Views, sorting and formulas but one are refused, as the fake knows none, and so is what
/// Airtable does not know.
#[derive(Default)]
struct Asked {
    page_size: Option<usize>,
    most: Option<usize>,
    offset: Option<String>,
    fields: Vec<String>,
    by_id: bool,
    /// Only these.
    ids: Option<Vec<String>>,
}

impl Asked {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let number = || value.parse().map_err(|_| Refusal::invalid(&format!("{name} is no number.")));
        match name.trim_end_matches("[]") {
            "pageSize" => self.page_size = Some(number()?),
            "maxRecords" => self.most = Some(number()?),
            "offset" => self.offset = Some(value.to_owned()),
            "fields" => self.fields.push(value.to_owned()),
            "returnFieldsByFieldId" => self.by_id = value == "true",
            "filterByFormula" => self.ids = Some(ids_of(value)?),
            "view" => return Err(Refusal::invalid(&format!("The fake knows no {name}."))),
            sort if sort.starts_with("sort") => return Err(Refusal::invalid("The fake does not sort.")),
            // How cells are written, and not which come.
            "cellFormat" | "timeZone" | "userLocale" | "recordMetadata" => {}
            _ => return Err(Refusal::invalid(&format!("Unknown parameter {name}."))),
        }
        Ok(())
    }
}

/// The ids of `OR(RECORD_ID()='recA',…)`, the one formula that the fake knows.
fn ids_of(formula: &str) -> Result<Vec<String>, Refusal> {
    let unknown = || Refusal::invalid("The fake knows no such formula.");
    let terms = formula.strip_prefix("OR(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(unknown)?;
    let id = |term: &str| term.strip_prefix("RECORD_ID()='")?.strip_suffix('\'').map(str::to_owned);
    terms.split(',').map(|term| id(term).ok_or_else(unknown)).collect()
}

pub(super) async fn list(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, table)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let mut asked = Asked::default();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        asked.set(&name, &value)?;
    }
    page(&airtable, &caller, &table, asked)
}

/// The same for lists whose query is too long for an address.
pub(super) async fn list_by_body(
    State(airtable): State<Airtable>,
    caller: Caller,
    Path((_, table)): Path<(String, String)>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Json<Value>, Refusal> {
    let mut asked = Asked::default();
    for (name, value) in &body {
        match value {
            Value::String(text) => asked.set(name, text)?,
            Value::Array(values) => {
                values.iter().filter_map(Value::as_str).try_for_each(|value| asked.set(name, value))?;
            }
            value => asked.set(name, &value.to_string())?,
        }
    }
    page(&airtable, &caller, &table, asked)
}

fn page(airtable: &Airtable, caller: &Caller, table: &str, asked: Asked) -> Result<Json<Value>, Refusal> {
    let size = asked.page_size.unwrap_or(100);
    if !(1..=100).contains(&size) {
        return Err(Refusal::invalid("pageSize must be from 1 to 100."));
    }
    let mut state = airtable.state();
    let size = size.min(state.page_size);
    let table = state.base(&caller.base)?.table(table)?;
    let is_known = |name: &String| table.fields.iter().any(|(id, known)| id == name || known == name);
    if let Some(name) = asked.fields.iter().find(|name| !is_known(name)) {
        return Err(Refusal::unknown_field(name));
    }
    let page = match &asked.offset {
        Some(offset) => {
            let token = offset.strip_prefix("itr").ok_or_else(Refusal::iterator_gone)?;
            state.lists.next(token, size).ok_or_else(Refusal::iterator_gone)?
        }
        None => {
            let is_asked = |id: &String| asked.ids.as_ref().is_none_or(|ids| ids.contains(id));
            let records = table.records.iter().filter(|(id, _)| is_asked(id));
            let records = records.take(asked.most.unwrap_or(usize::MAX));
            let items = records.map(|(id, record)| show(id, record, table, &asked)).collect();
            state.lists.first(items, String::new(), size)
        }
    };
    let mut answer = json!({ "records": page.items });
    if let Ok(token) = page.next {
        answer["offset"] = json!(format!("itr{token}"));
    }
    Ok(Json(answer))
}

fn show(id: &str, record: &Record, table: &Table, asked: &Asked) -> Value {
    let mut fields = Map::new();
    for (field, cell) in &record.cells {
        let name = table.fields.get(field).unwrap_or(field);
        if asked.fields.is_empty() || asked.fields.contains(field) || asked.fields.contains(name) {
            fields.insert(if asked.by_id { field.clone() } else { name.clone() }, cell.clone());
        }
    }
    json!({ "id": id, "createdTime": format!("{:.3}", record.created), "fields": fields })
}
