//! The fake of Airtable.

mod errors;
mod payloads;
mod records;
mod webhooks;

use convene_fakes::Airtable;
use convene_fakes::airtable::Table;
use serde_json::{Value, json};

use crate::http::{Http, Reply};
use crate::receiver::Receiver;

pub const HOOKS: &str = "/v0/bases/appA/webhooks";
pub const PEOPLE: &str = "tblPeople";

/// A base `appA` with a table of people, and somebody with the token.
pub async fn connected() -> (Airtable, Http) {
    let airtable = Airtable::start().await;
    airtable.add_table("appA", Table::new(PEOPLE, "People", &[("fldName", "Name"), ("fldMail", "Mail")]));
    airtable.add_table("appA", Table::new("tblRooms", "Rooms", &[("fldRoom", "Room")]));
    let http = Http::new(airtable.url(), airtable.token());
    (airtable, http)
}

/// A webhook about all data, with these options besides.
pub async fn webhook(http: &Http, receiver: Option<&Receiver>, filters: Value, includes: Value) -> Reply {
    let mut options = json!({ "filters": { "dataTypes": ["tableData"] }, "includes": includes });
    for (name, value) in filters.as_object().expect("an object") {
        options["filters"][name] = value.clone();
    }
    let url = receiver.map(|receiver| receiver.url.clone());
    http.post(HOOKS, &json!({ "notificationUrl": url, "specification": { "options": options } })).await
}

/// One without an address, about everything.
pub async fn silent_webhook(http: &Http) -> String {
    webhook(http, None, json!({}), json!({})).await.text("id").to_owned()
}

pub async fn payloads(http: &Http, webhook: &str, query: &str) -> Value {
    http.get(&format!("{HOOKS}/{webhook}/payloads?{query}")).await.json
}
