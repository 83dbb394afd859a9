//! What a block looks like, and what a person may say of it.
//!
//! Only the form is checked here; ranges and what fits together are the database's to judge.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::database::{Day, WallTime, resource};
use crate::extract::Change;

resource! {
    /// A recurring window of a mentor's wall-clock time, cut into time slots.
    pub struct AvailabilityBlock {
        id: Uuid,
        mentor_id: Uuid,
        /// one_time, weekly, monthly or quarterly.
        recurrence: String,
        /// First day, in `time_zone`.
        start_date: Day,
        /// Last day, inclusive; null goes on.
        until_date: Option<Day>,
        start_time: WallTime,
        end_time: WallTime,
        /// Whether the window ends on the day after it starts.
        ends_next_day: bool,
        /// IANA zone of the window.
        time_zone: String,
        slot_minutes: i32,
        /// Between the slots of one window.
        buffer_minutes: i32,
        /// online, in_person_preset or in_person_custom.
        meeting_type: String,
        location_preset_id: Option<Uuid>,
        location_custom: Option<String>,
        /// Whether the mentor confirms each request.
        requires_confirmation: bool,
        /// Whether slots are made and offered.
        is_active: bool,
        /// Last day whose slots have been made.
        generated_until: Option<Day>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

/// A new block. What is optional here has the default of [`AvailabilityBlock`]'s table.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// one_time, weekly, monthly or quarterly.
    #[schema(example = "weekly")]
    recurrence: String,
    start_date: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_date: Option<Day>,
    start_time: WallTime,
    end_time: WallTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_next_day: Option<bool>,
    /// The mentor's own zone, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// 5 to 480.
    #[schema(example = 30)]
    slot_minutes: i32,
    /// 0 to 240.
    #[serde(skip_serializing_if = "Option::is_none")]
    buffer_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_preset_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location_custom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requires_confirmation: Option<bool>,
}

/// What is to change: absent fields stay, null clears where there may be nothing.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BlockChanges {
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String)]
    recurrence: Change<String>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Day)]
    start_date: Change<Day>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Day>)]
    until_date: Change<Day>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = WallTime)]
    start_time: Change<WallTime>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = WallTime)]
    end_time: Change<WallTime>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    ends_next_day: Change<bool>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String)]
    time_zone: Change<String>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = i32)]
    slot_minutes: Change<i32>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = i32)]
    buffer_minutes: Change<i32>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = String)]
    meeting_type: Change<String>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<Uuid>)]
    location_preset_id: Change<Uuid>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = Option<String>)]
    location_custom: Change<String>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    requires_confirmation: Change<bool>,
    #[serde(skip_serializing_if = "Change::is_absent")]
    #[schema(value_type = bool)]
    is_active: Change<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_stays_absent_and_null_stays_null() {
        let text = r#"{"until_date":null,"start_time":"18:00","end_time":"24:00","slot_minutes":null}"#;
        let changes: BlockChanges = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&changes).unwrap(), text);
    }
}
