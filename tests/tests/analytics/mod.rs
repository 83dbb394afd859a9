//! How visits to booking pages end, what becomes of bookings, and who hosts them.

mod counting;
mod reports;
mod rolling_up;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use support::{Refused, Sql, User, World, days};
use uuid::Uuid;

/// Counts what happened on a page; says whether it counted.
async fn record(sql: &Sql, event_type: Uuid, stage: &str, visitor: Option<&str>) -> Result<bool, Refused> {
    let arguments = json!({ "p_event_type_id": event_type, "p_stage": stage, "p_visitor": visitor });
    Ok(sql.call_one("record_funnel_event", arguments).await?.as_bool().unwrap())
}

async fn view(world: &World, event_type: Uuid) {
    assert!(record(&world.admin, event_type, "page_view", None).await.unwrap());
}

/// The rows of a report that an actor sees.
async fn report(world: &World, function: &str, actor: &User, more: Value) -> Vec<Value> {
    let mut arguments = json!({ "p_actor_id": actor.id });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.sql.call(function, arguments).await.unwrap()
}

/// Views, selections and bookings of a funnel, for each of its parts.
async fn funnel(world: &World, actor: &User, by: &str, more: Value) -> Vec<(Value, [i64; 3])> {
    let mut arguments = more;
    arguments["p_by"] = json!(by);
    let part = match by {
        "day" => "day",
        "team" => "team_id",
        _ => "event_type_id",
    };
    let rows = report(world, "funnel", actor, arguments).await;
    let count = |row: &Value, column: &str| row[column].as_i64().unwrap();
    let counts = |row: &Value| ["page_views", "slot_selections", "bookings_confirmed"].map(|column| count(row, column));
    rows.iter().map(|row| (row[part].clone(), counts(row))).collect()
}

/// All views, selections and bookings of the last 30 days.
async fn total(world: &World, actor: &User) -> [i64; 3] {
    let days = funnel(world, actor, "day", json!({})).await;
    days.iter().fold([0; 3], |sum, (_, counts)| [0, 1, 2].map(|stage| sum[stage] + counts[stage]))
}

async fn dispatch(world: &World) {
    world.admin.run("SELECT convene.dispatch_events()").await;
}

async fn roll_up(world: &World) -> i64 {
    world.admin.call_one("roll_up_funnel", json!({})).await.unwrap()["events_count"].as_i64().unwrap()
}

async fn team_of(world: &World, event_type: Uuid) -> Uuid {
    world.admin.value("SELECT team_id FROM convene.event_types WHERE id = $1", &[&event_type]).await
}

/// Days that are booked on in these tests.
fn ahead() -> Value {
    json!({ "p_to": (Timestamp::now() + days(20)).to_zoned(TimeZone::UTC).date().to_string() })
}
