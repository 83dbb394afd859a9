//! Blocks, the slots cut from them, and days off.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::sql::Refused;
use crate::world::{Slot, User, World};

/// An availability block as a function returned it.
#[derive(Debug, Clone, PartialEq)]
pub struct Block(pub Value);

impl Block {
    pub fn id(&self) -> Uuid {
        self.0["id"].as_str().and_then(|id| id.parse().ok()).expect("a block has an id")
    }
}

/// That many days from today, in UTC.
pub fn in_days(count: i64) -> Date {
    today().checked_add(count.days()).expect("a date of our century")
}

fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

/// Starts as `YYYY-MM-DD HH:MM` in UTC.
pub fn starts(slots: &[Slot]) -> Vec<String> {
    slots.iter().map(|slot| slot.start.strftime("%F %H:%M").to_string()).collect()
}

/// Times of a day as [`starts`] shows them.
pub fn on(day: Date, times: &[&str]) -> Vec<String> {
    times.iter().map(|time| format!("{day} {time}")).collect()
}

/// A block that is made when nothing else is said: 9:00 to 11:00 UTC in a week, once, in four slots.
pub fn fields(changes: Value) -> Value {
    let mut fields = json!({
        "recurrence": "one_time", "start_date": in_days(7).to_string(), "start_time": "09:00", "end_time": "11:00",
        "slot_minutes": 30,
    });
    for (name, value) in changes.as_object().expect("changes are an object") {
        fields[name] = value.clone();
    }
    fields
}

impl World {
    /// A block of [`fields`], made by its mentor.
    pub async fn block(&self, mentor: &User, changes: Value) -> Block {
        self.make_block(mentor, mentor, fields(changes)).await.expect("nothing speaks against the block")
    }

    pub async fn make_block(&self, actor: &User, mentor: &User, block: Value) -> Result<Block, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_mentor_id": mentor.id, "p_block": block });
        self.sql.call_one("create_availability_block", arguments).await.map(Block)
    }

    pub async fn change_block(&self, actor: &User, block: &Block, changes: Value) -> Result<Block, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_block_id": block.id(), "p_changes": changes });
        self.sql.call_one("change_availability_block", arguments).await.map(Block)
    }

    pub async fn deactivate_block(&self, actor: &User, block: &Block) -> Result<Block, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_block_id": block.id() });
        self.sql.call_one("deactivate_availability_block", arguments).await.map(Block)
    }

    /// Returns how many slots went.
    pub async fn delete_block(&self, actor: &User, block: &Block) -> Result<Value, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_block_id": block.id() });
        self.sql.call_one("delete_availability_block", arguments).await
    }

    pub async fn take_off(&self, actor: &User, mentor: &User, day: Date) -> Result<Value, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_mentor_id": mentor.id, "p_day": day.to_string() });
        self.sql.call_one("add_blackout_date", arguments).await
    }

    /// Returns how many slots came back.
    pub async fn give_back(&self, actor: &User, mentor: &User, day: Date) -> Result<Value, Refused> {
        let arguments = json!({ "p_actor_id": actor.id, "p_mentor_id": mentor.id, "p_day": day.to_string() });
        self.sql.call_one("remove_blackout_date", arguments).await
    }

    /// What of a block is there to be booked, by time.
    pub async fn free_slots(&self, block: &Block) -> Vec<Slot> {
        let sql = "SELECT org_id, id, block_id, mentor_id, start_time FROM convene.time_slots
            WHERE block_id = $1 AND booking_id IS NULL AND deleted_at IS NULL ORDER BY start_time";
        let rows = self.admin.rows(sql, &[&block.id()]).await;
        rows.iter()
            .map(|row| Slot {
                org_id: row.get(0),
                id: row.get(1),
                block_id: row.get(2),
                mentor_id: row.get(3),
                start: row.get(4),
            })
            .collect()
    }

    /// Starts of [`World::free_slots`].
    pub async fn free_starts(&self, block: &Block) -> Vec<String> {
        starts(&self.free_slots(block).await)
    }
}
