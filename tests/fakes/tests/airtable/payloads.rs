//! What a webhook keeps of changes.

use convene_fakes::Airtable;
use serde_json::{Value, json};

use super::{HOOKS, PEOPLE, connected, payloads, silent_webhook, webhook};

fn name(airtable: &Airtable, id: &str, name: &str) {
    airtable.upsert_record(PEOPLE, id, &json!({ "fldName": name }));
}

#[tokio::test]
async fn payloads_tell_what_was_created_changed_and_destroyed() {
    let (airtable, http) = connected().await;
    let includes = json!({ "includeCellValuesInFieldIds": "all", "includePreviousCellValues": true });
    let id = webhook(&http, None, json!({}), includes).await.text("id").to_owned();
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann", "fldMail": "ann@x.test" }));
    name(&airtable, "recA", "Anna");
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": null }));
    airtable.delete_record(PEOPLE, "recA");
    let told = payloads(&http, &id, "").await;
    assert_eq!((&told["cursor"], &told["mightHaveMore"]), (&json!(5), &json!(false)));
    let tables: Vec<&Value> =
        told["payloads"].as_array().expect("payloads").iter().map(|it| &it["changedTablesById"][PEOPLE]).collect();
    let created = &tables[0]["createdRecordsById"]["recA"];
    assert_eq!(created["cellValuesByFieldId"], json!({ "fldName": "Ann", "fldMail": "ann@x.test" }));
    let changed = json!({
        "current": { "cellValuesByFieldId": { "fldName": "Anna" } },
        "previous": { "cellValuesByFieldId": { "fldName": "Ann" } },
        "unchanged": { "cellValuesByFieldId": { "fldMail": "ann@x.test" } },
    });
    assert_eq!(tables[1]["changedRecordsById"]["recA"], changed);
    assert_eq!(tables[2]["changedRecordsById"]["recA"]["current"]["cellValuesByFieldId"], json!({ "fldName": null }));
    assert_eq!(tables[3]["destroyedRecordIds"], json!(["recA"]));
    assert_eq!(told["payloads"][3]["baseTransactionNumber"], 4);
    assert_eq!(
        (&told["payloads"][0]["payloadFormat"], &told["payloads"][0]["actionMetadata"]["source"]),
        (&json!("v0"), &json!("client"))
    );
}

#[tokio::test]
async fn unchanged_and_previous_values_come_only_when_asked_for() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann", "fldMail": "ann@x.test" }));
    name(&airtable, "recA", "Anna");
    let told = payloads(&http, &id, "cursor=2").await;
    let changed = &told["payloads"][0]["changedTablesById"][PEOPLE]["changedRecordsById"]["recA"];
    assert_eq!(changed, &json!({ "current": { "cellValuesByFieldId": { "fldName": "Anna" } } }));
}

#[tokio::test]
async fn payloads_are_read_by_a_cursor_that_never_resets() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    for number in 0..60 {
        name(&airtable, "recA", &number.to_string());
    }
    let first = payloads(&http, &id, "cursor=1&limit=100").await;
    assert_eq!((&first["cursor"], &first["mightHaveMore"]), (&json!(51), &json!(true)));
    let second = payloads(&http, &id, "cursor=51&limit=5").await;
    assert_eq!((&second["cursor"], second["payloads"].as_array().map(Vec::len)), (&json!(56), Some(5)));
    let last = payloads(&http, &id, "cursor=56").await;
    assert_eq!((&last["cursor"], &last["mightHaveMore"]), (&json!(61), &json!(false)));
    let none = payloads(&http, &id, "cursor=61").await;
    assert_eq!((&none["cursor"], &none["payloads"]), (&json!(61), &json!([])));
    assert_eq!(http.get(&format!("{HOOKS}/{id}/payloads?cursor=0")).await.status, 422);
}

#[tokio::test]
async fn payloads_are_kept_seven_days_and_cursors_go_on() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    let day = std::time::Duration::from_secs(24 * 3600);
    name(&airtable, "recA", "Ann");
    airtable.pass(6 * day);
    name(&airtable, "recA", "Anna");
    airtable.pass(day / 2);
    assert_eq!(payloads(&http, &id, "").await["payloads"].as_array().map(Vec::len), Some(2));
    airtable.pass(day);
    let told = payloads(&http, &id, "").await;
    assert_eq!((&told["cursor"], told["payloads"].as_array().map(Vec::len)), (&json!(3), Some(1)));
}

#[tokio::test]
async fn a_transaction_can_span_payloads() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    airtable.set_payload_size(2);
    let records = ["recA", "recB", "recC"].map(|id| (id, json!({ "fldName": id })));
    airtable.upsert_records(PEOPLE, &records);
    let told = payloads(&http, &id, "").await["payloads"].clone();
    let created = |payload: usize| {
        let records = told[payload]["changedTablesById"][PEOPLE]["createdRecordsById"].as_object();
        records.map(|records| records.len())
    };
    assert_eq!((created(0), created(1)), (Some(2), Some(1)));
    assert_eq!((&told[0]["baseTransactionNumber"], &told[1]["baseTransactionNumber"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_webhook_hears_only_what_it_is_about() {
    let (airtable, http) = connected().await;
    let filters =
        json!({ "recordChangeScope": PEOPLE, "changeTypes": ["add", "update"], "watchDataInFieldIds": ["fldName"] });
    let id = webhook(&http, None, filters, json!({})).await.text("id").to_owned();
    let form =
        webhook(&http, None, json!({ "fromSources": ["formSubmission"] }), json!({})).await.text("id").to_owned();
    airtable.upsert_record("tblRooms", "recR", &json!({ "fldRoom": "1" }));
    name(&airtable, "recA", "Ann");
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldMail": "ann@x.test" }));
    name(&airtable, "recA", "Anna");
    name(&airtable, "recA", "Anna");
    airtable.delete_record(PEOPLE, "recA");
    assert_eq!(payloads(&http, &id, "").await["cursor"], 3);
    assert_eq!(payloads(&http, &form, "").await["cursor"], 1);
}

#[tokio::test]
async fn a_payload_can_be_an_error() {
    let (airtable, http) = connected().await;
    let id = silent_webhook(&http).await;
    airtable.add_error_payload(&id, "INVALID_HOOK");
    assert_eq!(payloads(&http, &id, "").await["payloads"], json!([{ "error": true, "code": "INVALID_HOOK" }]));
}
