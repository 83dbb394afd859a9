//! Free and busy.

use std::time::Duration;

use convene_fakes::google::{Calendar, Event};
use jiff::civil::date;
use serde_json::{Value, json};

use super::{ANN, connected};
use crate::time::at;

const PATH: &str = "/calendar/v3/freeBusy";

fn query(calendars: &[&str]) -> Value {
    let items: Vec<_> = calendars.iter().map(|id| json!({ "id": id })).collect();
    json!({ "timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-03-02T00:00:00Z", "items": items })
}

#[tokio::test]
async fn overlapping_and_touching_busy_times_are_one_and_transparent_ones_are_none() {
    let (google, http) = connected().await;
    google.add_busy(ANN, ANN, at("09:00"), at("10:00"));
    google.add_busy(ANN, ANN, at("09:30"), at("11:00"));
    google.add_busy(ANN, ANN, at("11:00"), at("11:30"));
    google.add_busy(ANN, ANN, at("14:00"), at("15:00"));
    google.add_event(ANN, ANN, Event { is_transparent: true, ..Event::between(at("16:00"), at("17:00")) });
    let gone = google.add_busy(ANN, ANN, at("18:00"), at("19:00"));
    google.delete_event(ANN, ANN, &gone);
    let reply = http.post(PATH, &query(&["primary"])).await;
    let expected = json!([
        { "start": "2027-03-01T09:00:00Z", "end": "2027-03-01T11:30:00Z" },
        { "start": "2027-03-01T14:00:00Z", "end": "2027-03-01T15:00:00Z" },
    ]);
    assert_eq!(reply.json["calendars"]["primary"]["busy"], expected);
}

#[tokio::test]
async fn busy_times_are_cut_to_the_range() {
    let (google, http) = connected().await;
    google.add_busy(ANN, ANN, at("09:00") - jiff::SignedDuration::from_hours(12), at("09:00"));
    let busy = &http.post(PATH, &query(&[ANN])).await.json["calendars"][ANN]["busy"];
    assert_eq!(busy, &json!([{ "start": "2027-03-01T00:00:00Z", "end": "2027-03-01T09:00:00Z" }]));
}

#[tokio::test]
async fn whole_days_are_busy_where_the_calendar_is() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar { time_zone: "Asia/Tokyo".into(), ..Calendar::named("tokyo", "Tokyo") });
    google.add_days(ANN, "tokyo", date(2027, 3, 1), date(2027, 3, 1));
    let busy = &http.post(PATH, &query(&["tokyo"])).await.json["calendars"]["tokyo"]["busy"];
    assert_eq!(busy, &json!([{ "start": "2027-03-01T00:00:00Z", "end": "2027-03-01T15:00:00Z" }]));
}

#[tokio::test]
async fn a_calendars_error_comes_inside_a_200() {
    let (google, http) = connected().await;
    google.add_calendar(ANN, Calendar::named("work", "Work"));
    google.break_calendar(ANN, "work", "internalError");
    let reply = http.post(PATH, &query(&[ANN, "work", "nobody's"])).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["calendars"][ANN].get("errors"), None);
    assert_eq!(reply.json["calendars"]["work"]["errors"][0]["reason"], "internalError");
    assert_eq!(reply.json["calendars"]["nobody's"]["errors"][0]["reason"], "notFound");
    google.mend_calendar(ANN, "work");
    assert_eq!(http.post(PATH, &query(&["work"])).await.json["calendars"]["work"], json!({ "busy": [] }));
}

#[tokio::test]
async fn more_than_fifty_calendars_are_too_many() {
    let (_google, http) = connected().await;
    let calendars = [&["primary"; 1][..], &["x"; 49], &["one more"]].concat();
    let names: Vec<String> = calendars.iter().enumerate().map(|(place, name)| format!("{name} {place}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let reply = http.post(PATH, &query(&names)).await;
    assert_eq!(reply.json["calendars"]["one more 50"]["errors"][0]["reason"], "tooManyCalendarsRequested");
    assert_eq!(reply.json["calendars"]["x 49"]["errors"][0]["reason"], "notFound");
}

#[tokio::test]
async fn an_empty_range_and_one_that_is_too_long_are_refused() {
    let (google, http) = connected().await;
    let ranged = |until: &str| json!({ "timeMin": "2027-03-01T00:00:00Z", "timeMax": until, "items": [] });
    assert_eq!(http.post(PATH, &ranged("2027-03-01T00:00:00Z")).await.reason(), "timeRangeEmpty");
    let long = http.post(PATH, &ranged("2027-05-01T00:00:00Z")).await;
    assert_eq!((long.status, long.reason()), (400, "timeRangeTooLong"));
    assert_eq!(http.post(PATH, &ranged("2027-04-30T00:00:00Z")).await.status, 200);
    google.set_longest_range(Duration::from_secs(3600));
    assert_eq!(http.post(PATH, &ranged("2027-03-01T01:00:01Z")).await.reason(), "timeRangeTooLong");
}
