//! Records in pages.

use serde_json::{Value, json};

use super::{PEOPLE, connected};

fn ids(list: &Value) -> Vec<&str> {
    list["records"].as_array().expect("records").iter().map(|it| it["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn fields_come_by_name_or_by_id_and_empty_ones_not_at_all() {
    let (airtable, http) = connected().await;
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann", "fldMail": "ann@x.test" }));
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldMail": null }));
    let named = http.get("/v0/appA/People").await.json;
    assert_eq!(named["records"][0]["fields"], json!({ "Name": "Ann" }));
    assert!(named["records"][0]["createdTime"].as_str().is_some_and(|time| time.ends_with('Z')));
    let by_id = http.get("/v0/appA/tblPeople?returnFieldsByFieldId=true").await.json;
    assert_eq!(by_id["records"][0]["fields"], json!({ "fldName": "Ann" }));
    assert_eq!(airtable.records(PEOPLE)["recA"].cells["fldName"], "Ann");
}

#[tokio::test]
async fn a_list_comes_in_pages_of_the_asked_size() {
    let (airtable, http) = connected().await;
    for id in ["recA", "recB", "recC"] {
        airtable.upsert_record(PEOPLE, id, &json!({ "fldName": id }));
    }
    let first = http.get("/v0/appA/tblPeople?pageSize=2").await.json;
    assert_eq!(ids(&first), ["recA", "recB"]);
    let offset = first["offset"].as_str().expect("an offset");
    let second = http.get(&format!("/v0/appA/tblPeople?pageSize=2&offset={offset}")).await.json;
    assert_eq!((ids(&second), second.get("offset")), (vec!["recC"], None));
    assert_eq!(ids(&http.get("/v0/appA/tblPeople?maxRecords=1").await.json), ["recA"]);
    assert_eq!(http.get("/v0/appA/tblPeople?pageSize=101").await.status, 422);
    airtable.set_page_size(1);
    assert_eq!(ids(&http.get("/v0/appA/tblPeople").await.json), ["recA"]);
}

#[tokio::test]
async fn a_list_can_be_asked_for_by_a_body() {
    let (airtable, http) = connected().await;
    airtable.upsert_record(PEOPLE, "recA", &json!({ "fldName": "Ann", "fldMail": "ann@x.test" }));
    let body = json!({ "pageSize": 1, "fields": ["Mail"], "returnFieldsByFieldId": true });
    let list = http.post("/v0/appA/tblPeople/listRecords", &body).await.json;
    assert_eq!(list["records"][0]["fields"], json!({ "fldMail": "ann@x.test" }));
}

#[tokio::test]
async fn some_records_can_be_asked_for_by_their_ids() {
    let (airtable, http) = connected().await;
    for id in ["recA", "recB", "recC"] {
        airtable.upsert_record(PEOPLE, id, &json!({ "fldName": id }));
    }
    let some = json!({ "filterByFormula": "OR(RECORD_ID()='recC',RECORD_ID()='recA',RECORD_ID()='recZ')" });
    assert_eq!(ids(&http.post("/v0/appA/tblPeople/listRecords", &some).await.json), ["recA", "recC"]);
    let other = json!({ "filterByFormula": "{Name}='A'" });
    assert_eq!(http.post("/v0/appA/tblPeople/listRecords", &other).await.status, 422);
}

#[tokio::test]
async fn an_iterator_that_is_gone_means_to_start_the_list_again() {
    let (airtable, http) = connected().await;
    airtable.upsert_records(PEOPLE, &[("recA", json!({ "fldName": "A" })), ("recB", json!({ "fldName": "B" }))]);
    let first = http.get("/v0/appA/tblPeople?pageSize=1").await.json;
    airtable.expire_iterators();
    let offset = first["offset"].as_str().expect("an offset");
    let gone = http.get(&format!("/v0/appA/tblPeople?pageSize=1&offset={offset}")).await;
    assert_eq!((gone.status, &gone.json["error"]["type"]), (422, &json!("LIST_RECORDS_ITERATOR_NOT_AVAILABLE")));
}

#[tokio::test]
async fn what_the_fake_cannot_do_it_refuses() {
    let (_airtable, http) = connected().await;
    for query in ["filterByFormula=1", "view=viwA", "sort[0][field]=Name", "colour=red", "fields[]=Colour"] {
        assert_eq!(http.get(&format!("/v0/appA/tblPeople?{query}")).await.status, 422, "{query}");
    }
}
