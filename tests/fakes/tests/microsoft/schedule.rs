//! `getSchedule`

use convene_fakes::Microsoft;
use convene_fakes::microsoft::Event;
use serde_json::{Value, json};

use super::{BO, connect, connected};
use crate::time::at;

const PATH: &str = "/v1.0/me/calendar/getSchedule";

fn query(schedules: &[&str], until: &str) -> Value {
    let time = |time: &str| json!({ "dateTime": time, "timeZone": "UTC" });
    json!({ "schedules": schedules, "startTime": time("2027-03-01T09:00:00"), "endTime": time(until),
        "availabilityViewInterval": 30 })
}

#[tokio::test]
async fn a_schedule_has_a_digit_for_each_half_hour() {
    let (microsoft, http) = connected().await;
    microsoft.add_busy(BO, "calendar", at("09:30"), at("10:15"));
    let tentative = Event { show_as: "tentative".into(), ..Event::between(at("10:00"), at("11:00")) };
    microsoft.add_event(BO, "calendar", tentative);
    let reply = http.post(PATH, &query(&[BO, "nobody@y.test"], "2027-03-01T11:30:00")).await;
    assert_eq!(reply.json["value"][0]["availabilityView"], "02210");
    assert_eq!(reply.json["value"][0]["scheduleItems"][1]["status"], "tentative");
    assert_eq!(reply.json["value"][1]["error"]["responseCode"], "ErrorMailRecipientNotFound");
}

#[tokio::test]
async fn personal_accounts_have_no_schedules() {
    let microsoft = Microsoft::start().await;
    microsoft.add_personal_account(BO);
    let refused = connect(&microsoft).await.post(PATH, &query(&[BO], "2027-03-01T11:00:00")).await;
    assert_eq!((refused.status, refused.code()), (403, "ErrorAccessDenied"));
}

#[tokio::test]
async fn a_schedule_is_shorter_than_62_days_and_of_20_people_at_most() {
    let (_microsoft, http) = connected().await;
    assert_eq!(http.post(PATH, &query(&[BO], "2027-05-02T09:00:00")).await.code(), "ErrorTimeIntervalTooBig");
    assert_eq!(http.post(PATH, &query(&[BO; 21], "2027-03-01T11:00:00")).await.status, 400);
}
