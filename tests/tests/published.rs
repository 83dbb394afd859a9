//! What the fakes write down is compared with what Google and Microsoft publish, when all tests have run. Here: that the
//! comparison finds what is wrong.

use std::path::PathBuf;

use serde_json::{Value, json};
use support::surroundings::root;

/// What the comparison says of exchanges, each with what is not as in a good one.
async fn compared(good: &Value, changes: &[(&str, Value)]) -> (bool, String) {
    let directory = place();
    let with = |(pointer, value): &(&str, Value)| {
        let mut exchange = good.clone();
        *exchange.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
        format!("{exchange}\n")
    };
    let lines = if changes.is_empty() { format!("{good}\n") } else { changes.iter().map(with).collect() };
    std::fs::write(directory.join("1.jsonl"), lines).unwrap();
    let output = tokio::process::Command::new(root().join("scripts/published"))
        .arg("check")
        .arg(&directory)
        .output()
        .await
        .unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn place() -> PathBuf {
    let place = std::env::temp_dir().join(format!("convene-published-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&place).unwrap();
    place
}

#[tokio::test]
async fn what_google_does_not_know_is_found() {
    let good = json!({
        "provider": "google", "caller": "convene/1.0", "test": "here", "method": "POST",
        "path": "/calendar/v3/calendars/ann%40example.org/events?sendUpdates=none&fields=id,start(date)",
        "sent": { "start": { "dateTime": "2027-03-01T09:00:00Z" }, "end": { "dateTime": "2027-03-01T10:00:00Z" } },
        "status": 200, "answered": { "id": "abcde", "status": "confirmed", "updated": "2027-03-01T09:00:00Z" },
    });
    assert!(compared(&good, &[]).await.0);
    let (is_good, said) = compared(
        &good,
        &[
            ("/path", json!("/calendar/v3/calendars/x/events?colour=red")),
            ("/path", json!("/calendar/v3/calendars/x/events?sendUpdates=some")),
            ("/path", json!("/calendar/v3/calendars/x/events?fields=id,end(day)")),
            ("/path", json!("/calendar/v3/calendars/x/meetings")),
            ("/sent", json!({ "start": { "date": "2027-03-01" } })),
            ("/sent/start", json!({ "dateTime": "tomorrow" })),
            ("/answered/status", json!("perhaps")),
            ("/answered/id", json!(7)),
            ("/answered", json!({ "identity": "abcde" })),
        ],
    )
    .await;
    assert!(!is_good);
    for difference in [
        "parameter colour is not in the document",
        "parameter sendUpdates is none of",
        "fields names day",
        "the document has no such method",
        "sent.end is missing",
        "sent.start.dateTime is no time",
        "answered.status is none of",
        "answered.id is no text",
        "answered.identity is not in the document",
    ] {
        assert!(said.contains(difference), "{difference}: {said}");
    }
}

#[tokio::test]
async fn what_graph_does_not_know_is_found() {
    let time = json!({ "dateTime": "2027-03-01T09:00:00.0000000", "timeZone": "UTC" });
    let good = json!({
        "provider": "microsoft", "caller": "convene/1.0", "test": "here", "method": "POST",
        "path": "/v1.0/me/calendars/AAMk%3D/events?$select=id,showAs", "sent": { "start": time, "showAs": "busy" },
        "status": 201, "answered": { "@odata.etag": "W/1", "id": "AAkA=", "end": time, "isAllDay": null },
    });
    assert!(compared(&good, &[]).await.0);
    let (is_good, said) = compared(
        &good,
        &[
            ("/path", json!("/v1.0/me/calendars/AAMk%3D/events?colour=red")),
            ("/path", json!("/v1.0/me/calendars/AAMk%3D/events?$select=colour")),
            ("/path", json!("/v1.0/me/meetings")),
            ("/sent/showAs", json!("out")),
            ("/sent/start/dateTime", json!("2027-03-01T09:00:00.12345678")),
            ("/answered/isAllDay", json!("no")),
            ("/answered/end", json!("2027-03-01T09:00:00")),
            ("/answered", json!({ "identity": "AAkA=" })),
        ],
    )
    .await;
    assert!(!is_good);
    for difference in [
        "parameter colour is not in the client",
        "$select names colour",
        "the client has no such method",
        "sent.showAs is none of",
        "sent.start.dateTime is no time of seven digits at most",
        "answered.isAllDay is no boolean",
        "answered.end is no object",
        "answered.identity is not in Event",
    ] {
        assert!(said.contains(difference), "{difference}: {said}");
    }
}
