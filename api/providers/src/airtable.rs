//! Airtable's web API, as much of it as a directory needs.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use crate::address::{below, with_query};
use crate::call_error::{CallError, CallErrorKind, kind_of};
use crate::http::{Answer, Http};

/// How long to wait after too many calls: documented, and not in the answer.
const CALL_TOO_MANY: Duration = Duration::from_secs(30);
/// How long webhooks last where the answer does not say.
const WEBHOOK_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
    url: Url,
}

/// A base, and the token to read it with.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    pub id: &'a str,
    pub token: &'a str,
}

#[derive(Debug, Deserialize)]
pub struct Page {
    pub records: Vec<Record>,
    /// `None` at the end.
    pub offset: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Record {
    pub id: String,
    /// By name; empty fields are absent.
    #[serde(default)]
    pub fields: Value,
}

/// A webhook that was just made.
pub struct Hook {
    pub id: String,
    /// What its pings are signed with.
    pub secret: Vec<u8>,
    pub expires_at: Timestamp,
}

/// A webhook that exists.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownHook {
    pub id: String,
    pub notification_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payloads {
    /// Of the next page.
    pub cursor: i64,
    #[serde(default)]
    pub might_have_more: bool,
    pub payloads: Vec<Payload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    /// Changes were lost.
    #[serde(default)]
    pub error: bool,
    #[serde(default)]
    changed_tables_by_id: BTreeMap<String, ChangedTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ChangedTable {
    created_records_by_id: BTreeMap<String, IgnoredAny>,
    changed_records_by_id: BTreeMap<String, IgnoredAny>,
    destroyed_record_ids: Vec<String>,
}

impl Payload {
    /// The records that it names: those of a table that is given by its id, or of all tables where a name is given.
    pub fn records(&self, table: &str) -> impl Iterator<Item = &String> {
        let is_asked = move |id: &str| !is_table_id(table) || id == table;
        let tables = self.changed_tables_by_id.iter().filter(move |(id, _)| is_asked(id));
        tables.flat_map(|(_, changed)| {
            let created = changed.created_records_by_id.keys();
            created.chain(changed.changed_records_by_id.keys()).chain(&changed.destroyed_record_ids)
        })
    }
}

/// Whether this is the id of a table, and not its name.
pub fn is_table_id(table: &str) -> bool {
    table.strip_prefix("tbl").is_some_and(|rest| rest.len() == 14 && rest.bytes().all(|it| it.is_ascii_alphanumeric()))
}

/// Whether the id can be used in a formula.
pub fn is_record_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

impl Client {
    /// `url` has the API's version at its end.
    pub fn new(url: Url) -> Self {
        Self { http: Http::new(), url }
    }

    /// A page of all records. An offset that is too old is `CursorExpired`.
    pub async fn records(&self, base: Base<'_>, table: &str, offset: Option<&str>) -> Result<Page, CallError> {
        let mut query = vec![("pageSize", "100")];
        query.extend(offset.map(|offset| ("offset", offset)));
        let url = with_query(below(&self.url, &[base.id, table])?, &query);
        self.ask(base, Method::GET, url, None).await
    }

    /// The records with these ids, at most 100, as far as they exist.
    pub async fn records_of(&self, base: Base<'_>, table: &str, ids: &[&str]) -> Result<Vec<Record>, CallError> {
        let ids: Vec<String> = ids.iter().map(|id| format!("RECORD_ID()='{id}'")).collect();
        let url = below(&self.url, &[base.id, table, "listRecords"])?;
        let mut wanted = json!({ "filterByFormula": format!("OR({})", ids.join(",")), "pageSize": 100 });
        let mut records = Vec::new();
        loop {
            let page: Page = self.ask(base, Method::POST, url.clone(), Some(&wanted)).await?;
            records.extend(page.records);
            // As many pages as there are ids, at most.
            match page.offset {
                Some(offset) if records.len() < ids.len() => wanted["offset"] = offset.into(),
                _ => return Ok(records),
            }
        }
    }

    /// Makes a webhook for a table, or for the whole base where the table's id is not known. Without `url` there are no
    /// pings.
    pub async fn create_webhook(&self, base: Base<'_>, table: &str, url: Option<&str>) -> Result<Hook, CallError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            id: String,
            mac_secret_base64: String,
            expiration_time: Option<Timestamp>,
        }
        let mut wanted = json!({ "specification": { "options": { "filters": { "dataTypes": ["tableData"] } } } });
        if is_table_id(table) {
            wanted["specification"]["options"]["filters"]["recordChangeScope"] = table.into();
        }
        if let Some(url) = url {
            wanted["notificationUrl"] = url.into();
        }
        let created: Created = self.ask(base, Method::POST, self.webhooks_url(base, &[])?, Some(&wanted)).await?;
        let expires_at = created.expiration_time.unwrap_or_else(in_a_week);
        let secret = STANDARD.decode(created.mac_secret_base64).map_err(|_| CallError::unreadable())?;
        Ok(Hook { id: created.id, secret, expires_at })
    }

    pub async fn webhooks(&self, base: Base<'_>) -> Result<Vec<KnownHook>, CallError> {
        #[derive(Deserialize)]
        struct List {
            webhooks: Vec<KnownHook>,
        }
        let list: List = self.ask(base, Method::GET, self.webhooks_url(base, &[])?, None).await?;
        Ok(list.webhooks)
    }

    /// Extends a webhook, and returns when it expires.
    pub async fn refresh_webhook(&self, base: Base<'_>, id: &str) -> Result<Timestamp, CallError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Refreshed {
            expiration_time: Option<Timestamp>,
        }
        let url = self.webhooks_url(base, &[id, "refresh"])?;
        let refreshed: Refreshed = self.ask(base, Method::POST, url, None).await?;
        Ok(refreshed.expiration_time.unwrap_or_else(in_a_week))
    }

    /// Turns pings on again: Airtable stops them when they are not answered.
    pub async fn enable_notifications(&self, base: Base<'_>, id: &str) -> Result<(), CallError> {
        let url = self.webhooks_url(base, &[id, "enableNotifications"])?;
        self.send(base, Method::POST, url, Some(&json!({ "enable": true }))).await.map(drop)
    }

    /// A webhook that does not exist counts as deleted.
    pub async fn delete_webhook(&self, base: Base<'_>, id: &str) -> Result<(), CallError> {
        match self.send(base, Method::DELETE, self.webhooks_url(base, &[id])?, None).await {
            Err(error) if error.kind == CallErrorKind::Gone => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    pub async fn payloads(&self, base: Base<'_>, id: &str, cursor: i64) -> Result<Payloads, CallError> {
        let url = self.webhooks_url(base, &[id, "payloads"])?;
        let url = with_query(url, &[("cursor", &cursor.to_string()), ("limit", "50")]);
        self.ask(base, Method::GET, url, None).await
    }

    fn webhooks_url(&self, base: Base<'_>, more: &[&str]) -> Result<Url, CallError> {
        below(&self.url, &[&["bases", base.id, "webhooks"], more].concat())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        base: Base<'_>,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<T, CallError> {
        self.send(base, method, url, body).await?.json()
    }

    async fn send(&self, base: Base<'_>, method: Method, url: Url, body: Option<&Value>) -> Result<Answer, CallError> {
        let mut request = self.http.request(method, url).bearer_auth(base.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = self.http.send(request).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(refused(&answer)) }
    }
}

fn in_a_week() -> Timestamp {
    Timestamp::now().saturating_add(WEBHOOK_LASTS).unwrap_or(Timestamp::MAX)
}

/// `{"error": {"type": …}}`, or `{"error": "NOT_FOUND"}`.
fn refused(answer: &Answer) -> CallError {
    let body: Value = answer.json().unwrap_or_default();
    let error = &body["error"];
    let code = error.as_str().or_else(|| error["type"].as_str()).unwrap_or_default();
    let kind = match (answer.status, code) {
        // Only an admin can repair these.
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => CallErrorKind::Reconnect,
        (_, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE") => CallErrorKind::CursorExpired,
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            CallErrorKind::Retry { after: Some(answer.after.unwrap_or_default().max(CALL_TOO_MANY)) }
        }
        (status, _) => kind_of(status, answer.after),
    };
    CallError::answered(kind, answer.status, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, body: &str) -> CallError {
        let status = StatusCode::from_u16(status).unwrap();
        refused(&Answer { status, after: None, body: body.into() })
    }

    #[test]
    fn errors_come_in_two_shapes() {
        let error = refusal(404, r#"{"error":"NOT_FOUND"}"#);
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Gone, "404 NOT_FOUND"));
        let error = refusal(403, r#"{"error":{"type":"INVALID_PERMISSIONS","message":"Ann may not"}}"#);
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Reconnect, "403 INVALID_PERMISSIONS"));
        assert_eq!(refusal(502, "<html>").kind, CallErrorKind::Retry { after: None });
    }

    #[test]
    fn a_call_too_many_is_waited_out_for_half_a_minute() {
        let after = Some(Duration::from_secs(30));
        assert_eq!(refusal(429, "{}").kind, CallErrorKind::Retry { after });
    }

    #[test]
    fn a_list_that_cannot_go_on_is_begun_anew() {
        let body = r#"{"error":{"type":"LIST_RECORDS_ITERATOR_NOT_AVAILABLE","message":"…"}}"#;
        assert_eq!(refusal(422, body).kind, CallErrorKind::CursorExpired);
    }

    #[test]
    fn a_payload_names_records_of_the_asked_table_and_of_all_where_that_is_a_name() {
        let payload: Payload = serde_json::from_value(json!({
            "timestamp": "2026-01-01T00:00:00.000Z", "baseTransactionNumber": 4, "payloadFormat": "v0",
            "changedTablesById": {
                "tblAAAAAAAAAAAAAA": {
                    "createdRecordsById": { "recA": { "cellValuesByFieldId": {} } },
                    "changedRecordsById": { "recB": { "current": {} } },
                    "destroyedRecordIds": ["recC"],
                },
                "tblBBBBBBBBBBBBBB": { "destroyedRecordIds": ["recD"] },
            },
        }))
        .unwrap();
        let of = |table| payload.records(table).map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("tblAAAAAAAAAAAAAA"), ["recA", "recB", "recC"]);
        assert_eq!(of("People"), ["recA", "recB", "recC", "recD"]);
    }
}
