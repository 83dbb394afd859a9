//! Event types and the hours of their hosts.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Refused, User, World};

impl World {
    /// The host can be booked at any hour, in UTC.
    pub async fn open_always(&self, host: &User) {
        let every_day: Vec<Value> = (1..=7).map(|weekday| json!([weekday, "00:00", "24:00"])).collect();
        self.schedule(host, "UTC", &Value::Array(every_day)).await;
    }

    /// The host's default schedule, in place of another: `[[weekday, from, to], …]`.
    pub async fn schedule(&self, host: &User, time_zone: &str, rules: &Value) -> Uuid {
        let sql = "DELETE FROM convene.schedules WHERE org_id = $1 AND user_id = $2";
        self.admin.execute(sql, &[&host.org_id, &host.id]).await;
        let sql = "INSERT INTO convene.schedules (org_id, id, user_id, name, time_zone, is_default)
            VALUES ($1, convene.new_id($1), $2, 'Hours ' || clock_timestamp(), $3::text, true) RETURNING id";
        let schedule: Uuid = self.admin.value(sql, &[&host.org_id, &host.id, &time_zone]).await;
        let sql = "INSERT INTO convene.availability_rules (org_id, schedule_id, weekday, start_time, end_time)
            SELECT $1, $2, (rule ->> 0)::smallint, (rule ->> 1)::time, (rule ->> 2)::time FROM jsonb_array_elements($3) rule";
        self.admin.execute(sql, &[&host.org_id, &schedule, rules]).await;
        schedule
    }

    /// An event type of a host who can always be booked, with other values than the defaults for some columns.
    pub async fn event_type(&self, host: &User, columns: Value) -> Uuid {
        self.open_always(host).await;
        self.make_event_type(json!({ "host_id": host.id }), columns).await
    }

    /// An event type of its owner, as `{"host_id": …}` or `{"team_id": …}`.
    pub async fn make_event_type(&self, owner: Value, columns: Value) -> Uuid {
        let mut row = owner;
        let given = columns.as_object().expect("columns");
        row.as_object_mut().expect("an owner").extend(given.clone());
        let id: Uuid = self.admin.value("SELECT convene.new_id($1)", &[&self.org.id]).await;
        row["org_id"] = json!(self.org.id);
        row["id"] = json!(id);
        for (column, value) in [("slug", json!(format!("type-{}", id.simple()))), ("title", json!("A talk"))] {
            row.as_object_mut().expect("a row").entry(column).or_insert(value);
        }
        let names: Vec<&str> = row.as_object().expect("a row").keys().map(String::as_str).collect();
        let names = names.join(", ");
        let sql = format!(
            "INSERT INTO convene.event_types ({names}) SELECT {names} FROM jsonb_populate_record(NULL::convene.event_types, $1)"
        );
        self.admin.execute(&sql, &[&row]).await;
        id
    }

    /// A team of these members, who host an event type together.
    pub async fn team_event_type(&self, members: &[&User], mode: &str, columns: Value) -> Uuid {
        let sql = "INSERT INTO convene.teams (org_id, id, slug, name)
            VALUES ($1, convene.new_id($1), 'team-' || md5(random()::text), 'A team') RETURNING id";
        let team: Uuid = self.admin.value(sql, &[&self.org.id]).await;
        let id = self.make_event_type(json!({ "team_id": team }), columns).await;
        let sql = "INSERT INTO convene.team_event_types (org_id, event_type_id, team_id, mode) VALUES ($1, $2, $3, $4)";
        self.admin.execute(sql, &[&self.org.id, &id, &team, &mode]).await;
        for member in members {
            self.open_always(member).await;
            let sql = "INSERT INTO convene.team_members (org_id, team_id, user_id) VALUES ($1, $2, $3)";
            self.admin.execute(sql, &[&self.org.id, &team, &member.id]).await;
            let sql = "INSERT INTO convene.team_event_type_members (org_id, event_type_id, team_id, user_id)
                VALUES ($1, $2, $3, $4)";
            self.admin.execute(sql, &[&self.org.id, &id, &team, &member.id]).await;
        }
        id
    }

    /// Starts of the times that are free, as instants.
    pub async fn free_times(&self, event_type: Uuid, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let arguments = json!({ "p_event_type_id": event_type, "p_from": from, "p_to": to });
        let rows = self.admin.call("available_slots", arguments).await.expect("free times");
        rows.iter().map(|row| row["start_time"].as_str().expect("a start").parse().expect("an instant")).collect()
    }

    pub async fn book_time(&self, event_type: Uuid, attendee: &User, start: Timestamp) -> Result<Value, Refused> {
        let arguments = json!({ "p_event_type_id": event_type, "p_attendee_id": attendee.id, "p_start": start });
        self.admin.call_one("book_event_type", arguments).await
    }

    /// The codes of all reasons against a time.
    pub async fn explain_time(&self, event_type: Uuid, start: Timestamp) -> Vec<String> {
        let arguments = json!({ "p_event_type_id": event_type, "p_start": start });
        let rows = self.admin.call("explain_time", arguments).await.expect("reasons");
        rows.iter().map(|row| row["code"].as_str().expect("a code").to_owned()).collect()
    }
}

/// A quarter of an hour by the clock, so long from now.
pub fn at_a_quarter(from_now: SignedDuration) -> Timestamp {
    let second = (Timestamp::now() + from_now).as_second();
    Timestamp::from_second(second - second % 900 + 900).expect("an instant")
}

/// An hour by the clock, so long from now.
pub fn at_an_hour(from_now: SignedDuration) -> Timestamp {
    let second = (Timestamp::now() + from_now).as_second();
    Timestamp::from_second(second - second % 3600 + 3600).expect("an instant")
}
