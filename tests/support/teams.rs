//! Teams, made by the functions that people call.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Refused, User, World};

/// A team with an event type that its members host.
#[derive(Debug, Clone, Copy)]
pub struct Team {
    pub id: Uuid,
    pub event_type: Uuid,
}

impl World {
    /// A team of an owner, who hosts nothing.
    pub async fn team(&self, owner: &User, slug: &str) -> Uuid {
        let made = json!({ "p_actor_id": owner.id, "p_slug": slug, "p_name": slug });
        let team = self.sql.call_one("create_team", made).await.expect("a team");
        team["id"].as_str().expect("an id").parse().expect("a UUID")
    }

    pub async fn add_member(&self, actor: &User, team: Uuid, user: &User) -> Result<Value, Refused> {
        let added = json!({ "p_actor_id": actor.id, "p_team_id": team, "p_user_id": user.id });
        self.sql.call_one("add_team_member", added).await
    }

    /// A team of an owner, and of hosts who can always be booked and share meetings of half an hour out.
    pub async fn sharing_team(&self, owner: &User, mode: &str, hosts: &[&User], fields: Value) -> Team {
        let id = self.team(owner, &format!("team-{}", Uuid::new_v4().simple())).await;
        for host in hosts {
            self.open_always(host).await;
            self.add_member(owner, id, host).await.expect("a member");
        }
        let mut event_type =
            json!({ "slug": "talk", "title": "A talk", "durations": [30], "slot_interval_minutes": 15 });
        let more = fields.as_object().expect("fields").clone();
        event_type.as_object_mut().expect("fields").extend(more);
        let arguments = json!({
            "p_actor_id": owner.id, "p_team_id": id, "p_event_type": event_type, "p_mode": mode,
            "p_members": as_text(&hosts.iter().map(|host| json!({ "user_id": host.id })).collect()),
        });
        let made = self.sql.call_one("create_team_event_type", arguments).await.expect("an event type");
        Team { id, event_type: made["event_type_id"].as_str().expect("an id").parse().expect("a UUID") }
    }

    pub async fn share_out(
        &self,
        actor: &User,
        event_type: Uuid,
        mode: &str,
        members: Value,
    ) -> Result<Value, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_event_type_id": event_type, "p_mode": mode, "p_members": as_text(&members) });
        self.sql.call_one("set_team_event_type", arguments).await
    }

    /// Who hosts a booking, as a function returned it.
    pub fn host_of(booking: &Value) -> Uuid {
        booking["hosts"][0]["user_id"].as_str().expect("a host").parse().expect("a UUID")
    }

    /// Turns of a member, and when they were last assigned.
    pub async fn turns(&self, event_type: Uuid, member: &User) -> (f64, Option<Timestamp>) {
        let sql = "SELECT turns, last_assigned_at FROM convene.team_event_type_members WHERE event_type_id = $1 AND user_id = $2";
        let rows = self.admin.rows(sql, &[&event_type, &member.id]).await;
        (rows[0].get(0), rows[0].get(1))
    }
}

/// A list as one argument of a function, and not as an array of them.
fn as_text(list: &Value) -> Value {
    list.to_string().into()
}
